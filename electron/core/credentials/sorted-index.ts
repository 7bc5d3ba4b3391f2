import { nameKey } from '../providers/entry-fields.ts';
import type { CredentialRecord } from './record.ts';

/** An index in the forms in which it is looked at. */
export interface SortedIndex {
  of: readonly CredentialRecord[];
  list: readonly CredentialRecord[];
  byKey: ReadonlyMap<string, CredentialRecord>;
  byId: ReadonlyMap<string, CredentialRecord>;
}

export function sortIndex(of: readonly CredentialRecord[]): SortedIndex {
  const keyed = of
    .map((record) => [nameKey(record.name), record] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    of,
    list: Object.freeze(keyed.map(([, record]) => record)),
    byKey: new Map(keyed),
    byId: new Map(of.map((record) => [record.id, record])),
  };
}
