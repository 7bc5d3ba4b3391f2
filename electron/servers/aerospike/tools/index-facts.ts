import type { CallLimits, CollectionType, Connection, IndexType } from '../connection/connection.ts';
import { statusError } from '../connection/driver-error.ts';
import { infoCommand } from '../info/command.ts';
import { parseRows } from '../info/parse.ts';

export interface IndexFacts {
  name: string;
  /** Null: every set of the namespace. */
  set: string | null;
  bin: string;
  type: IndexType;
  collection: CollectionType;
  /** Where inside of a bin's value it looks, and the expression that it is on, both as the server writes them. */
  inside: string | null;
  expression: string | null;
  /** On a bin as it is: neither inside of a nested value nor on an expression. */
  isPlain: boolean;
  /** Not while it is being built. */
  isReady: boolean;
}

/** The secondary indexes of a namespace, as any node tells them. Throws ToolError. */
export async function indexesOf(
  connection: Pick<Connection, 'info'>,
  namespace: string,
  context: CallLimits,
): Promise<IndexFacts[]> {
  const [answer] = await connection.info(infoCommand('sindex-list', { namespace }), 'any', context);
  if (!answer?.ok) throw statusError(answer?.code ?? 9);
  // Servers before 7 answer for all namespaces.
  const rows = parseRows(answer.text).filter((row) => (row.get('ns') ?? namespace) === namespace);
  return rows.map((row) => ({
    name: row.get('indexname') ?? '',
    set: noneIs(row.get('set')),
    bin: row.get('bin') ?? '',
    type: typeNames[(row.get('type') ?? '').toLowerCase()] ?? 'numeric',
    collection: collectionNames[(row.get('indextype') ?? '').toLowerCase()] ?? 'none',
    inside: noneIs(row.get('context')),
    expression: noneIs(row.get('exp')),
    isPlain: noneIs(row.get('context')) === null && noneIs(row.get('exp')) === null,
    isReady: row.get('state') === 'RW',
  }));
}

const noneIs = (text: string | undefined): string | null =>
  text === undefined || text === '' || text.toLowerCase() === 'null' ? null : text;

/** Servers before 6 said `INT SIGNED` and `TEXT`. */
const typeNames: Readonly<Record<string, IndexType>> = {
  numeric: 'numeric',
  'int signed': 'numeric',
  string: 'string',
  text: 'string',
  blob: 'blob',
  geo2dsphere: 'geo2dsphere',
  geojson: 'geo2dsphere',
};

const collectionNames: Readonly<Record<string, CollectionType>> = {
  default: 'none',
  none: 'none',
  list: 'list',
  mapkeys: 'map-keys',
  mapvalues: 'map-values',
};

/** As the server's commands want it. */
export const collectionWord: Readonly<Record<CollectionType, string>> = {
  none: 'default',
  list: 'list',
  'map-keys': 'mapkeys',
  'map-values': 'mapvalues',
};
