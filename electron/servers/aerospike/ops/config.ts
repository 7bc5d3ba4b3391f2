import { ToolError } from '../../kit/tool-error.ts';
import type { CallLimits } from '../connection/connection.ts';
import { namespaceParameter } from '../info/builds.ts';
import { infoCommand } from '../info/command.ts';
import { askOrFail } from './ask.ts';
import type { Read } from './cluster.ts';
import { pairs, type Facts } from './parse.ts';
import type { OpsServices } from './services.ts';

export const configContexts = ['service', 'network', 'namespace', 'security', 'xdr'] as const;
export type ConfigContext = (typeof configContexts)[number];

/** What names a node, its addresses or its files: it differs between nodes by nature, and paths concern nobody. */
const ownToNode =
  /^(node-id|node-id-interface|pidfile|rack-id|work-directory|user-path|.*(address|-port|\.port).*|.*\.(device|file|stripe|shadow|mount)(\[\d+\])?)$/;

/** True for parameters that hold a path on the server, or where it keeps keys. Not shown. */
const isPath = (name: string, value: string): boolean =>
  value.startsWith('/') || /(^|[.-])(file|path|pidfile|work-directory)(\[\d+\])?$/.test(name);

/** Each node's configuration of one context, without file paths. */
export async function readConfig(
  { connection }: OpsServices,
  target: { context: ConfigContext; namespace?: string | undefined; builds: readonly string[] },
  limits: CallLimits,
): Promise<Read<Facts>> {
  const named = target.context === 'namespace' ? { [namespaceParameter(target.builds)]: target.namespace ?? '' } : {};
  const command = infoCommand('get-config', { context: target.context, ...named });
  const { byNode, silent } = await askOrFail(connection, command, 'all', limits);
  return { byNode: new Map([...byNode].map(([node, text]) => [node, withoutPaths(pairs(text))])), silent };
}

export const withoutPaths = (facts: Facts): Facts =>
  new Map([...facts].filter(([name, value]) => !isPath(name, value)));

export interface ConfigRow {
  name: string;
  /** The value that all nodes have; else null and `byNode` is there. */
  value: string | null;
  byNode?: Record<string, string>;
}

/** Parameters by name with their values; `differing`: only those in which nodes differ, their own addresses aside. */
export function configRows(
  byNode: ReadonlyMap<string, Facts>,
  wanted: { filter?: string | undefined; differing?: boolean | undefined },
): ConfigRow[] {
  const names = [...new Set([...byNode.values()].flatMap((facts) => [...facts.keys()]))];
  const filter = (wanted.filter ?? '').toLowerCase();
  return names
    .filter((name) => name.toLowerCase().includes(filter))
    .filter((name) => wanted.differing !== true || !ownToNode.test(name))
    .map((name): ConfigRow => {
      const values = [...byNode].map(([node, facts]) => [node, facts.get(name) ?? '(absent)'] as const);
      const distinct = new Set(values.map(([, value]) => value));
      return distinct.size <= 1
        ? { name, value: values[0]?.[1] ?? null }
        : { name, value: null, byNode: Object.fromEntries(values) };
    })
    .filter(({ byNode: differs }) => wanted.differing !== true || differs !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** How get-config shows what set-config calls `name`: storage parameters have a prefix there. */
export function shownName(facts: Facts, name: string): string | null {
  const dotted = name.replace(/^geo2dsphere-within-/, 'geo2dsphere-within.');
  return [name, `storage-engine.${name}`, dotted].find((candidate) => facts.has(candidate)) ?? null;
}

/** How set-config calls what get-config shows as `name`. */
export const settableName = (name: string): string =>
  name.replace(/^storage-engine\./, '').replace(/^geo2dsphere-within\./, 'geo2dsphere-within-');

/** `not-found` with the names that come near. */
export function unknownParameter(name: string, known: readonly string[]): ToolError {
  const words = name
    .toLowerCase()
    .split(/[.-]/)
    .filter((word) => word.length > 2);
  const near = known.filter((other) => words.some((word) => other.includes(word))).slice(0, 12);
  return new ToolError(
    'not-found',
    `There is no parameter "${name}" in this context.`,
    near.length > 0 ? `Near it: ${near.join(', ')}.` : 'List them with aerospike_get_config.',
  );
}
