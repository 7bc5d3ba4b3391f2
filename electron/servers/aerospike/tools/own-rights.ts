import type { ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Privilege } from '../connection/connection.ts';
import type { Role } from '../profile.ts';
import type { AerospikeServices } from '../services.ts';

/** What the user behind a profile may do in the cluster, held against what the profile is for. */
export interface OwnRights {
  roles: string[];
  /** What it may do beyond the profile's role, e.g. `write`; null when nothing. */
  exceeds: string | null;
  /** What the profile's role needs and the user may not; null when nothing. */
  lacks: string | null;
}

const predefined: Readonly<Record<string, readonly string[]>> = {
  read: ['read'],
  write: ['write'],
  'read-write': ['read', 'write'],
  'read-write-udf': ['read', 'write', 'read-write-udf'],
  truncate: ['truncate'],
  'user-admin': ['user-admin'],
  'sys-admin': ['sys-admin', 'data-admin', 'truncate', 'sindex-admin', 'udf-admin'],
  'data-admin': ['data-admin', 'truncate', 'sindex-admin', 'udf-admin'],
  'masking-admin': ['masking-admin'],
  'read-masked': ['read'],
  'write-masked': ['write'],
  'sindex-admin': ['sindex-admin'],
  'udf-admin': ['udf-admin'],
};

const needs: Readonly<Record<Role, readonly string[]>> = {
  'read-only': ['read'],
  'read-write': ['read', 'write'],
  admin: ['read', 'write', 'truncate', 'sindex-admin', 'udf-admin', 'data-admin', 'sys-admin', 'user-admin'],
};

/** What an administrator has for good reasons, and may do without. */
const usedByFew: readonly string[] = ['read-write-udf', 'masking-admin'];

/** Null where the server does not let this user ask. Rejects only for what a sign-in itself would. */
export async function ownRights(
  { connection, profile }: AerospikeServices,
  context: ToolContext,
): Promise<OwnRights | null> {
  if (profile.user === null) return null;
  const own = await connection.security.self?.(context).catch(notTold);
  if (!own) return null;
  const defined = (await connection.security.roles(context).catch(notTold)) ?? [];
  const may = new Set(
    own.roles.flatMap((role) => predefined[role] ?? rightsOf(defined.find((known) => known.role === role)?.privileges)),
  );
  const allowed = needs[profile.role];
  const isCovered = (right: string): boolean =>
    allowed.includes(right) || (profile.role === 'admin' && usedByFew.includes(right));
  const exceeds = [...may].filter((right) => !isCovered(right));
  const lacks = allowed.filter((right) => !may.has(right));
  return { roles: own.roles, exceeds: listed(exceeds), lacks: listed(lacks) };
}

const rightsOf = (privileges: readonly Privilege[] = []): string[] =>
  privileges.flatMap(({ code }) => predefined[code] ?? [code]);

const listed = (rights: readonly string[]): string | null => (rights.length === 0 ? null : rights.join(', '));

function notTold(error: unknown): null {
  if (error instanceof ToolError && error.code === 'refused') return null;
  throw error;
}
