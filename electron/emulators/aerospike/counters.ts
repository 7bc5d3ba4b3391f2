/** What a node counts for each namespace since its start; the names are the server's. */
export const counted = [
  'client_read_success',
  'client_read_error',
  'client_read_not_found',
  'client_read_filtered_out',
  'client_write_success',
  'client_write_error',
  'client_write_filtered_out',
  'client_delete_success',
  'client_delete_error',
  'client_delete_not_found',
  'client_delete_filtered_out',
  'client_udf_complete',
  'client_udf_error',
  'batch_sub_read_success',
  'batch_sub_read_error',
  'batch_sub_read_not_found',
  'batch_sub_write_success',
  'batch_sub_write_error',
  'batch_sub_delete_success',
  'batch_sub_delete_not_found',
  'batch_sub_udf_complete',
  'pi_query_short_basic_complete',
  'pi_query_long_basic_complete',
  'si_query_short_basic_complete',
  'si_query_long_basic_complete',
  'fail_generation',
  'fail_key_busy',
  'fail_record_too_big',
] as const;

export type Counted = (typeof counted)[number];

/** Latencies by power of two, from under 1 ms on. */
export const histogramNames = [
  ...(['batch-index', 'read', 'write', 'udf'] as const),
  ...(['batch-sub-read', 'batch-sub-write', 'batch-sub-udf', 'pi-query', 'si-query'] as const),
] as const;
export type HistogramName = (typeof histogramNames)[number];

export interface Counters {
  add(namespace: string, name: Counted): void;
  get(namespace: string, name: Counted): number;
  /** One timed request; for `batch-index` the namespace is ''. */
  time(namespace: string, name: HistogramName, milliseconds: number): void;
  histogram(namespace: string, name: HistogramName): readonly number[];
  infoRequests: number;
  /** Info commands and parameters that the server takes and wishes to be rid of. */
  deprecated: number;
  batches: number;
  opened: number;
  closed: number;
}

const bucketCount = 17;

export function createCounters(namespaces: readonly string[]): Counters {
  const counts = new Map(namespaces.map((name) => [name, new Map<Counted, number>()]));
  const histograms = new Map<string, number[]>();
  return {
    add: (namespace, name) => {
      const own = counts.get(namespace);
      own?.set(name, (own.get(name) ?? 0) + 1);
    },
    get: (namespace, name) => counts.get(namespace)?.get(name) ?? 0,
    time: (namespace, name, milliseconds) => {
      const key = `${namespace}/${name}`;
      const buckets = histograms.get(key) ?? Array.from({ length: bucketCount }, () => 0);
      histograms.set(key, buckets);
      const bucket = milliseconds < 1 ? 0 : Math.min(bucketCount - 1, Math.floor(Math.log2(milliseconds)) + 1);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    },
    histogram: (namespace, name) =>
      histograms.get(`${namespace}/${name}`) ?? Array.from({ length: bucketCount }, () => 0),
    infoRequests: 0,
    deprecated: 0,
    batches: 0,
    opened: 0,
    closed: 0,
  };
}
