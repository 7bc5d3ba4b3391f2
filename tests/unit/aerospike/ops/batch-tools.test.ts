import { describe, expect, it } from 'vitest';
import type { JsonObject, ToolOutcome } from '../../../../electron/core/workers/protocol.ts';
import type { BatchEntry, BatchOutcome } from '../../../../electron/servers/aerospike/connection/connection.ts';
import type { AerospikeServices } from '../../../../electron/servers/aerospike/services.ts';
import type { KeyMemory } from '../../../../electron/servers/aerospike/tools/asked-keys.ts';
import { aerospikeTools } from '../../../../electron/servers/aerospike/tools/index.ts';
import { ToolError } from '../../../../electron/servers/kit/tool-error.ts';
import { fakeCluster, toolContext } from '../../../support/aerospike-fake-cluster.ts';

interface World {
  /** How many entries each request had. */
  asked: number[];
  memory: KeyMemory;
  run(tool: string, args: JsonObject): Promise<JsonObject>;
}

function worldWith(answer: (entry: BatchEntry, request: number) => BatchOutcome): World {
  const asked: number[] = [];
  const memory: KeyMemory = new Map();
  const { connection: other } = fakeCluster([{ id: 'A1', answers: new Map() }]);
  const connection: AerospikeServices['connection'] = {
    ...other,
    batch(entries) {
      asked.push(entries.length);
      return Promise.resolve(entries.map((entry) => answer(entry, asked.length)));
    },
  };
  const profile = { namespaces: null, user: null, role: 'admin', timeoutMs: 1_000 };
  // What these tools use of a profile; the rest is for the connection, which is a fake.
  const services = { connection, profile, keyMemory: memory } as unknown as AerospikeServices;
  return {
    asked,
    memory,
    async run(name, args) {
      const tool = aerospikeTools.find((candidate) => candidate.name === `aerospike_${name}`);
      if (!tool) throw new Error(`no tool ${name}`);
      const plan = tool.effect === 'read' ? null : await tool.plan(args, services, toolContext());
      const outcome: ToolOutcome = await tool.call(args, services, { ...toolContext(), plan });
      return outcome.ok ? outcome.structured : { error: outcome.error.code };
    },
  };
}

const found = (entry: BatchEntry, text = 'x'): BatchOutcome => ({
  ok: true,
  record: { key: entry.key, bins: { text }, generation: 1, ttlSeconds: null },
});
const keys = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const where = { namespace: 'test', set: 's' };

describe('aerospike_batch_get', () => {
  it('gives what it has read when the cluster is out of reach from then on, and where to go on', async () => {
    const { run } = worldWith((entry, request) => {
      if (request > 1) throw new ToolError('timed-out', 'silent', 'again');
      return found(entry);
    });
    const page = await run('batch_get', { ...where, keys: keys(400) });
    expect(page).toMatchObject({ partial: true, truncated: true, next: expect.any(String) });
    expect(page.records).toHaveLength(100);
    await expect(run('batch_get', { cursor: page.next ?? '' })).rejects.toThrow('silent');
  });

  it('says what is wrong when nothing could be read, or the call is not wanted any more', async () => {
    for (const code of ['timed-out', 'unreachable', 'cancelled'] as const) {
      const { run } = worldWith((entry, request) => {
        if (request > (code === 'cancelled' ? 1 : 0)) throw new ToolError(code, 'gone', 'again');
        return found(entry);
      });
      await expect(run('batch_get', { ...where, keys: keys(400) })).rejects.toThrow('gone');
    }
  });

  it('asks for no more than a few megabytes at once, whatever was missing or small before', async () => {
    const large = 'x'.repeat(20_000);
    const { run, asked } = worldWith((entry) =>
      Number(entry.key.key) < 1_000 ? { ok: true, record: null } : found(entry, large),
    );
    let page = await run('batch_get', { ...where, keys: keys(1_200) });
    while (typeof page.next === 'string') page = await run('batch_get', { cursor: page.next });
    expect(Math.max(...asked)).toBeLessThanOrEqual(100);
    // Two records of that size do not fit into one answer, so only the first request of a page reads some in vain.
    expect(asked.slice(-100).every((count) => count <= 2)).toBe(true);
  });

  it('remembers keys only where a cursor was given out, so that no other call drives them out', async () => {
    const { run, memory } = worldWith((entry) => found(entry));
    const { next = '' } = await run('batch_get', { ...where, keys: keys(2_000) });
    for (const key of keys(20)) {
      await run('batch_get', { ...where, keys: [key] });
      await expect(run('batch_get', { ...where, keys: [key, { nested: 'x' }] })).rejects.toThrow('Entry 2 of keys');
    }
    expect(memory.size).toBe(1);
    expect(await run('batch_get', { cursor: next })).toMatchObject({ truncated: true });
  });

  it('refuses a wrong key before anything is read, on whichever page it would be', async () => {
    const { run, asked } = worldWith((entry) => found(entry));
    await expect(run('batch_get', { ...where, keys: [...keys(2_000), 1.5] })).rejects.toThrow(/Entry 2001 of keys/);
    expect(asked).toEqual([]);
  });
});

describe('aerospike_batch_write', () => {
  const puts = (count: number): JsonObject[] => keys(count).map((key) => ({ operation: 'put', key, bins: { n: 1 } }));
  const failure = (code: 'generation' | 'failed', inDoubt: boolean): BatchOutcome => ({
    ok: false,
    code,
    message: 'It failed.',
    inDoubt,
  });

  it('names every entry that failed, however many, and each kind of failure', async () => {
    const { run } = worldWith((entry) => {
      const key = Number(entry.key.key);
      if (key < 10) return { ok: true, record: null };
      return key % 1_000 === 0 ? failure('failed', true) : failure('generation', false);
    });
    const answer = await run('batch_write', { ...where, operations: puts(5_000) });
    expect(answer).toMatchObject({
      done: 10,
      failed: 4_990,
      truncated: true,
      failedEntries: [
        { code: 'generation', entries: '10-999, 1001-1999, 2001-2999, 3001-3999, 4001-4999' },
        { code: 'failed', entries: '1000, 2000, 3000, 4000', inDoubt: true },
      ],
    });
    expect(answer.failures).toHaveLength(50);
  });

  it('fits into an answer at the worst, when every other entry fails', async () => {
    const { run } = worldWith((entry) =>
      Number(entry.key.key) % 2 === 0 ? { ok: true, record: null } : failure('failed', true),
    );
    const answer = await run('batch_write', { ...where, operations: puts(5_000) });
    expect(answer).toMatchObject({ done: 2_500, failed: 2_500 });
    const [way] = answer.failedEntries as { entries: string }[];
    expect(way?.entries.split(', ').map(Number)).toEqual(keys(5_000).filter((key) => key % 2 === 1));
  });
});
