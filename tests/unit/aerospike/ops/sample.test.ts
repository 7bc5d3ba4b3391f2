import { describe, expect, it } from 'vitest';
import type { RecordQuery } from '../../../../electron/servers/aerospike/connection/connection.ts';
import { sampleRecords } from '../../../../electron/servers/aerospike/ops/sample.ts';
import { fakeCluster, servicesOf, toolContext } from '../../../support/aerospike-fake-cluster.ts';

/** The partitions asked for, in a cluster whose every query finds `found` records. */
async function asked(objects: bigint, walked: number, found: number): Promise<RecordQuery['partitions'][]> {
  const { connection } = fakeCluster([], { records: Array.from({ length: found }, () => ({ a: 1 })) });
  const ranges: RecordQuery['partitions'][] = [];
  const services = servicesOf({
    connection: {
      ...connection,
      query: (query, context) => {
        ranges.push(query.partitions);
        return connection.query(query, context);
      },
    },
  });
  await sampleRecords({ namespace: 'orders', set: 'items', objects, walked, wanted: 100 }, services, toolContext());
  return ranges;
}

describe('a sample of a set', () => {
  it('reads all of a small set, few partitions of a large one, and none of an empty one', async () => {
    expect(await asked(50n, 50, 50)).toEqual([{ begin: 0, count: 4096 }]);
    expect(await asked(1_000_000n, 1_000_000, 100)).toMatchObject([{ count: 1 }]);
    expect(await asked(0n, 10, 0)).toEqual([]);
  });

  it('looks everywhere once when the first place held little', async () => {
    expect(await asked(100_000n, 1_000_000, 3)).toMatchObject([{ count: 9 }, { begin: 0, count: 4096 }]);
  });

  it('does not walk a huge namespace for a small set', async () => {
    expect(await asked(100n, 5_000_000_000, 0)).toMatchObject([{ count: 4 }]);
  });
});
