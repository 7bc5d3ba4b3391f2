/** How the server names what came of operations: by who asked, by kind, by end. Each operation is in one of them. */
const ends = {
  read: ['success', 'error', 'timeout', 'not_found', 'filtered_out'],
  write: ['success', 'error', 'timeout', 'filtered_out'],
  delete: ['success', 'error', 'timeout', 'not_found', 'filtered_out'],
  udf: ['complete', 'error', 'timeout', 'filtered_out'],
} as const;
export type Kind = keyof typeof ends;
const kinds: readonly Kind[] = ['read', 'write', 'delete', 'udf'];

type Origin = 'client' | 'batch_sub' | 'from_proxy' | 'from_proxy_batch_sub';

export const outcomes = (origin: Origin, kind: Kind): string[] => ends[kind].map((end) => `${origin}_${kind}_${end}`);

/** Of clients, one by one. */
export const single = kinds.flatMap((kind) => outcomes('client', kind));
/** The operations in their batches. */
export const batched = kinds.flatMap((kind) => outcomes('batch_sub', kind));

/** From everywhere, as what counts failures alone (`fail_…`) does: also in batches, sent on by nodes, and by queries. */
export const fromEverywhere = (wanted: readonly Kind[]): string[] => [
  ...(['client', 'batch_sub', 'from_proxy', 'from_proxy_batch_sub'] as const).flatMap((origin) =>
    wanted.flatMap((kind) => outcomes(origin, kind)),
  ),
  ...(wanted.includes('write') ? ends.write.map((end) => `ops_sub_write_${end}`) : []),
  ...(wanted.includes('udf') ? ends.udf.map((end) => `udf_sub_udf_${end}`) : []),
];
