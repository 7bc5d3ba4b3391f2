import { describe, expect, it } from 'vitest';
import { runBatch } from '../../../electron/servers/aerospike/connection/batch-calls.ts';
import type { BatchEntry } from '../../../electron/servers/aerospike/connection/connection.ts';
import type { RecordCall } from '../../../electron/servers/aerospike/connection/record-calls.ts';
import { createEncode } from '../../../electron/servers/aerospike/values/encode.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';
import { Double, GeoJSON } from '../../support/aerospike-values.ts';

const forever = new AbortController().signal;
const how = { ttl: 'namespace-default', exists: 'update', storeKey: true } as const;
const puts = (count: number): BatchEntry[] =>
  Array.from({ length: count }, (_, key) => ({
    kind: 'put',
    key: { namespace: 'test', set: null, key },
    bins: { a: 1 },
    how,
  }));

type Native = { key: { key: number } };
type Answer = { status: number; inDoubt: boolean; record: object };
const done = (batch: readonly Native[]): Answer[] => batch.map(() => ({ status: 0, inDoubt: false, record: {} }));

/** Only what batches of puts use of the client, which cannot be loaded into the tests' own process. */
function callOf(client: {
  batchWrite: (batch: readonly Native[]) => Promise<Answer[]>;
  exists?: () => Promise<boolean>;
}): RecordCall {
  function Key(this: object, ns: string, set: string | null, key: unknown) {
    Object.assign(this, { ns, set, key });
  }
  function Policy(this: object, options: object) {
    Object.assign(this, options);
  }
  const driver = {
    Key,
    BatchPolicy: Policy,
    BatchWritePolicy: Policy,
    ReadPolicy: Policy,
    batchType: {},
    policy: { exists: {}, key: {}, gen: {}, replica: {} },
    operations: { write: (bin: string, value: unknown) => ({ bin, value }) },
  };
  return {
    open: { driver, client } as unknown as RecordCall['open'],
    encode: createEncode({ Double, GeoJSON }),
    timeoutMs: 1_000,
    limited: (command) => command(),
  };
}

const failing = (error: Error) => ({ batchWrite: () => Promise.reject(error) });
const clientError = (code: number) => Object.assign(new Error('client'), { code });

describe('a batch that fails whole', () => {
  it.each([-1, -2, -6, -8, -10, -12, -15, -16, 9, 150])('with %i leaves every write in doubt', async (code) => {
    const client = { ...failing(clientError(code)), exists: () => Promise.resolve(true) };
    const outcomes = await runBatch(callOf(client), puts(3), forever);
    expect(outcomes).toMatchObject(Array.from({ length: 3 }, () => ({ ok: false, inDoubt: true })));
  });

  it('with an exception of the client leaves every write in doubt', async () => {
    const outcomes = await runBatch(callOf(failing(new TypeError('CANARY'))), puts(2), forever);
    expect(outcomes).toMatchObject([{ inDoubt: true }, { inDoubt: true }]);
    expect(JSON.stringify(outcomes)).not.toContain('CANARY');
  });

  it('since no node knows its namespace has certainly done nothing', async () => {
    const client = { ...failing(clientError(-16)), exists: () => Promise.reject(clientError(20)) };
    const outcome = { ok: false, message: expect.stringMatching(/no such namespace/), inDoubt: false };
    expect(await runBatch(callOf(client), puts(1), forever)).toMatchObject([outcome]);
  });

  it('leaves the outcomes of the other batches as they are', async () => {
    const client = {
      batchWrite: (batch: readonly Native[]) =>
        batch[0]?.key.key === 1_000 ? Promise.reject(clientError(-10)) : Promise.resolve(done(batch)),
    };
    const outcomes = await runBatch(callOf(client), puts(2_500), forever);
    expect(outcomes.flatMap(({ ok }, index) => (ok ? [] : [index]))).toEqual(
      Array.from({ length: 1_000 }, (_, index) => 1_000 + index),
    );
  });
});

describe('an entry of a batch', () => {
  it.each([-15, -6, 9])('that fails with %i is in doubt, whatever the client says', async (status) => {
    const client = { batchWrite: async () => [{ status, inDoubt: false, record: {} }] };
    expect(await runBatch(callOf(client), puts(1), forever)).toMatchObject([{ ok: false, inDoubt: true }]);
  });
});

describe('a large batch', () => {
  it('runs four parts at once, and answers in the order of its entries', async () => {
    let running = 0;
    let most = 0;
    const client = {
      batchWrite: async (batch: readonly Native[]): Promise<Answer[]> => {
        most = Math.max(most, (running += 1));
        // The later ones answer first.
        await new Promise((resolve) => setTimeout(resolve, 60 - (batch[0]?.key.key ?? 0) / 100));
        running -= 1;
        return batch.map(({ key }) => ({ status: key.key === 4_321 ? 13 : 0, inDoubt: false, record: {} }));
      },
    };
    const outcomes = await runBatch(callOf(client), puts(5_000), forever);
    expect(most).toBe(4);
    expect(outcomes).toHaveLength(5_000);
    expect(outcomes.flatMap(({ ok }, index) => (ok ? [] : [index]))).toEqual([4_321]);
  });

  it('sends the changes of one record one after the other, since a server runs those of one batch in any order', async () => {
    const sent: number[][] = [];
    const client = {
      batchWrite: async (batch: readonly Native[]) => (sent.push(batch.map(({ key }) => key.key)), done(batch)),
    };
    const [zero, one, two] = puts(3) as [BatchEntry, BatchEntry, BatchEntry];
    const elsewhere = { ...zero, key: { ...zero.key, set: 'other' } };
    const outcomes = await runBatch(callOf(client), [zero, one, zero, elsewhere, two, zero, one], forever);
    expect(sent).toEqual([[0, 1, 0, 2], [0, 1], [0]]);
    expect(outcomes).toHaveLength(7);
  });

  it.each([9, -16])('sends no further change of a record that one left in doubt (%i), and says so', async (status) => {
    const sent: number[][] = [];
    const client = {
      batchWrite: async (batch: readonly Native[]) => {
        sent.push(batch.map(({ key }) => key.key));
        if (sent.length === 2 && status < 0) throw clientError(status);
        return batch.map(({ key }) => ({
          status: sent.length === 2 && key.key === 0 ? status : 0,
          inDoubt: false,
          record: {},
        }));
      },
      exists: () => Promise.resolve(true),
    };
    const [zero, one] = puts(2) as [BatchEntry, BatchEntry];
    const outcomes = await runBatch(callOf(client), [zero, zero, zero, zero, one, one, one], forever);
    // A batch that is lost as a whole leaves all of it in doubt.
    expect(sent).toEqual(
      status < 0
        ? [
            [0, 1],
            [0, 1],
          ]
        : [[0, 1], [0, 1], [1]],
    );
    expect(outcomes[1]).toMatchObject({ ok: false, inDoubt: true });
    for (const index of [2, 3])
      expect(outcomes[index]).toMatchObject({
        ok: false,
        inDoubt: false,
        message: expect.stringMatching(/was not sent/),
      });
    expect(outcomes[6]?.ok).toBe(status > 0);
  });

  it('sends nothing more once it is aborted', async () => {
    const abort = new AbortController();
    let sent = 0;
    const client = {
      batchWrite: async (batch: readonly Native[]) => {
        sent += 1;
        if (sent === 4) abort.abort();
        return done(batch);
      },
    };
    await expect(runBatch(callOf(client), puts(9_000), abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent).toBe(4);
  });

  it('waits for the parts on their way when one cannot go on, and sends no more', async () => {
    let [sent, answered] = [0, 0];
    const client = {
      batchWrite: async (batch: readonly Native[]) => {
        sent += 1;
        if (batch[0]?.key.key === 1_000) throw new ToolError('cancelled', 'gone', '');
        await new Promise((resolve) => setTimeout(resolve, 50));
        answered += 1;
        return done(batch);
      },
    };
    await expect(runBatch(callOf(client), puts(9_000), forever)).rejects.toMatchObject({ message: 'gone' });
    expect([sent, answered]).toEqual([4, 3]);
  });

  it('sends nothing when one entry cannot be sent', async () => {
    let sent = 0;
    const client = { batchWrite: async (batch: readonly Native[]) => (sent++, done(batch)) };
    const [first] = puts(1);
    const bad = { ...(first as Extract<BatchEntry, { kind: 'put' }>), bins: { a: { $int: 'x' } } };
    await expect(runBatch(callOf(client), [...puts(2_000), bad], forever)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/^Entry 2001: .*Nothing was sent/),
    });
    expect(sent).toBe(0);
  });
});
