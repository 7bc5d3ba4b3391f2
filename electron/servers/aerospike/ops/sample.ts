import type { CallLimits, QueryAnswer } from '../connection/connection.ts';
import type { Amount } from './parse.ts';
import type { OpsServices } from './services.ts';

const partitions = 4096;
/** A set is found by walking the index of its whole namespace: what one look may cost, in entries. */
const maxWalked = 5_000_000;

interface Sampled {
  namespace: string;
  set: string | null;
  /** Of the set. */
  objects: bigint;
  /** Of the namespace; for a set with an index of its own those of the set. */
  walked: Amount;
  wanted: number;
}

/**
 * Some records, from a random place on: about as many partitions as hold twice the sample, and once more all of them
 * when those held few. Of a small set in a huge namespace fewer than wanted, or none.
 */
export async function sampleRecords(
  { namespace, set, objects, walked, wanted }: Sampled,
  { connection }: OpsServices,
  context: CallLimits,
): Promise<QueryAnswer['records']> {
  if (objects === 0n) return [];
  const needed = Math.ceil((partitions * 2 * wanted) / Number(objects));
  const affordable = Math.max(1, Math.floor((partitions * maxWalked) / Math.max(1, Number(walked))));
  const read = async (begin: number, count: number): Promise<QueryAnswer['records']> => {
    const what = { namespace, set, bins: null, filter: null, isSample: true } as const;
    const query = { ...what, partitions: { begin, count }, maxRecords: wanted };
    return (await connection.query(query, context)).records;
  };
  const count = Math.min(partitions, needed, affordable);
  const first = await read(Math.floor(Math.random() * (partitions - count + 1)), count);
  const isEnough = first.length >= wanted / 4 || count === partitions || affordable < partitions;
  return (isEnough ? first : await read(0, partitions)).slice(0, wanted);
}
