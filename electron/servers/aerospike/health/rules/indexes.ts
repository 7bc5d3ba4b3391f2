import type { IndexFigures } from '../../ops/indexes.ts';
import { acrossNodesRule, type Rule, type Sight } from '../rule.ts';
import type { HealthSnapshot } from '../snapshot.ts';

/** One sight for each index that `say` says something about. */
const each = (
  { indexes }: HealthSnapshot,
  say: (parts: readonly (readonly [string, IndexFigures])[], nodes: readonly string[]) => string | null,
): Sight[] =>
  [...indexes].flatMap(([namespace, byNode]) => {
    const names = new Set([...byNode.values()].flatMap((of) => of.map(({ name }) => name)));
    return [...names].flatMap((name): Sight[] => {
      const parts = [...byNode].flatMap(([node, of]) =>
        of.filter((index) => index.name === name).map((index) => [node, index] as const),
      );
      const said = say(parts, [...byNode.keys()]);
      return said === null ? [] : [{ namespace, saw: `${name}: ${said}` }];
    });
  });

/** Secondary indexes and modules have to be the same on every node. */
export const indexRules: readonly Rule[] = [
  {
    id: 'index-missing',
    title: 'A secondary index is not on every node',
    severity: 'critical',
    why: 'Queries over it answer without the records of the other nodes.',
    act: 'Create the index again.',
    check: (snapshot) =>
      each(snapshot, (parts, nodes) => {
        const lacking = nodes.filter((node) => !parts.some(([holder]) => holder === node));
        return lacking.length > 0 ? `missing on ${lacking.join(', ')}` : null;
      }),
  },
  {
    id: 'index-failed',
    title: 'A secondary index failed',
    severity: 'critical',
    why: 'It cannot be queried.',
    act: 'Drop it and create it again; see the log for the reason.',
    check: (snapshot) =>
      each(snapshot, (parts) => {
        const failed = parts.filter(([, { state }]) => state !== 'RW' && state !== 'WO');
        return failed.length > 0 ? failed.map(([node, { state }]) => `${node} ${state}`).join(', ') : null;
      }),
  },
  {
    id: 'index-building',
    title: 'A secondary index is being built',
    severity: 'info',
    why: 'Until it is complete queries over it fail.',
    act: 'Wait; aerospike_list_indexes shows how far it is.',
    check: (snapshot) =>
      each(snapshot, (parts) => {
        const building = parts.filter(([, { state }]) => state === 'WO');
        return building.length > 0
          ? building.map(([node, { loadPct }]) => `${node} ${loadPct ?? '?'}%`).join(', ')
          : null;
      }),
  },
  {
    id: 'index-differs',
    title: 'A secondary index differs between nodes',
    severity: 'critical',
    why: 'The same name stands for different bins or types.',
    act: 'Drop it and create it again.',
    check: (snapshot) =>
      each(snapshot, (parts) => {
        const definitions = new Set(
          parts.map(([, { set, bin, type, collection }]) => [set, bin, type, collection].join('/')),
        );
        return definitions.size > 1 ? [...definitions].join(' and ') : null;
      }),
  },
  {
    id: 'index-empty',
    title: 'A secondary index holds nothing',
    severity: 'info',
    why: 'It costs memory; its set or bin may be misspelt.',
    act: 'Compare set, bin and type with the data; drop it if it is not needed.',
    check: (snapshot) =>
      each(snapshot, (parts) =>
        parts.every(([, { entries, state, loadPct }]) => entries === 0n && state === 'RW' && loadPct === 100)
          ? 'no entries'
          : null,
      ),
  },
  acrossNodesRule({
    id: 'many-indexes',
    title: 'Many secondary indexes',
    severity: 'warning',
    why: 'A namespace takes at most 256, and every write maintains those of its set.',
    act: 'Drop the unused ones.',
    see(namespace, _held, { indexes }) {
      const most = Math.max(
        0,
        ...[...(indexes.get(namespace) ?? new Map<string, never[]>()).values()].map((of) => of.length),
      );
      return most >= 200 ? `${most} of 256` : null;
    },
  }),
  {
    id: 'udf-missing',
    title: 'A module is not on every node',
    severity: 'critical',
    why: 'Calls of its functions fail on the other nodes.',
    act: 'Register it again.',
    check: ({ udfs }) =>
      namesOf(udfs).flatMap((name) => {
        const lacking = [...udfs].filter(([, of]) => !of.some((udf) => udf.name === name)).map(([node]) => node);
        return lacking.length > 0 ? [{ saw: `${name} missing on ${lacking.join(', ')}` }] : [];
      }),
  },
  {
    id: 'udf-differs',
    title: 'A module differs between nodes',
    severity: 'critical',
    why: 'The same call does different things on different nodes.',
    act: 'Register its latest version again.',
    check: ({ udfs }) =>
      namesOf(udfs).flatMap((name) => {
        const hashes = new Set(
          [...udfs.values()].flatMap((of) => of.filter((udf) => udf.name === name).map(({ hash }) => hash)),
        );
        return hashes.size > 1 ? [{ saw: `${name}: ${hashes.size} versions` }] : [];
      }),
  },
];

const namesOf = (udfs: HealthSnapshot['udfs']): string[] => [
  ...new Set([...udfs.values()].flatMap((of) => of.map(({ name }) => name))),
];
