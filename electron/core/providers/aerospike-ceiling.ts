import type { JsonObject, JsonValue } from '../workers/protocol.ts';
import type { Refusal } from './provider.ts';

/** What a profile lets any client do at most, from least to most. */
export const roles = ['read-only', 'read-write', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The role of a stored profile; anything else than a known one is the least. */
export const roleOf = ({ role }: JsonObject): Role => roles.find((known) => known === role) ?? 'read-only';

const rank = (role: string | null): number => (role === null ? 0 : roles.findIndex((known) => known === role));

/**
 * The first of three walls (the worker and its connection are the others): whether a profile's role and its list of
 * namespaces let a call through, whatever the client was granted.
 */
export function refusalOf(fields: JsonObject, tool: { role: string | null }, args: JsonObject): Refusal | null {
  const role = roleOf(fields);
  const needed = rank(tool.role);
  if (needed < 0 || needed > rank(role)) {
    return {
      message: `This profile has the role ${role}; the tool needs ${tool.role ?? 'another one'}.`,
      hint: 'A person can raise the role of the profile in Chatelaine.',
    };
  }
  const allowed = namespacesOf(fields);
  const outside = allowed && namedNamespaces(args).find((name) => !allowed.includes(name));
  if (!allowed || outside === undefined) return null;
  return {
    message: `This profile may use the namespaces ${allowed.join(', ')} only.`,
    hint: 'A person can change the list of the profile in Chatelaine.',
  };
}

/** Whether an edit would let a profile do more than before. */
export function loosens(fields: JsonObject, changes: Readonly<Record<string, unknown>>): boolean {
  const { role, namespaces } = changes;
  if (role !== undefined && rank(typeof role === 'string' && role !== '' ? role : 'read-only') > rank(roleOf(fields)))
    return true;
  const before = namespacesOf(fields);
  if (namespaces === undefined || !before) return false;
  const after = listOf(namespaces);
  return after.length === 0 || after.some((name) => typeof name !== 'string' || !before.includes(name));
}

/** Null: every namespace. */
const namespacesOf = ({ namespaces }: JsonObject): string[] | null =>
  Array.isArray(namespaces) && namespaces.length > 0 ? namespaces.map(String) : null;

/** A list as it was typed or stored: one text with commas or line ends, or texts. What is no text stays as it is. */
export const listOf = (value: unknown): unknown[] =>
  (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,\s]+/) : [])
    .map((part: unknown) => (typeof part === 'string' ? part.trim() : part))
    .filter((part) => part !== '');

/** Where arguments name a namespace: on top, and in the entries of a batch. Bins may have any name and are not looked at. */
function namedNamespaces(args: JsonObject): string[] {
  const entries = [args.keys, args.operations].flatMap((list) => (Array.isArray(list) ? list : []));
  return [args, ...entries.filter(isObject)]
    .map(({ namespace }) => namespace)
    .filter((name): name is string => typeof name === 'string');
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
