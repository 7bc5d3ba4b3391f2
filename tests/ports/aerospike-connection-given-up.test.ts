import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const { start, emulate } = useAerospikeSuite();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const held = { namespace: 'test', set: 'held' };
const writes = {
  ...held,
  operations: Array.from({ length: 4_000 }, (_, key) => ({ operation: 'put', key, bins: { v: key }, ttl: 'never' })),
};
const get = (worker: AerospikeWorker) => worker.run('aerospike_get_record', { ...held, set: 'free', key: 1 });
const answered = { ok: true, structured: { found: false } };
const workersAtOnce = 4;
const editsEach = 6;
/** A scan, and a batch of writes in four parts. */
const heldEach = 5;
/** In Linux freed memory is overwritten at once, so that what still uses it fails every time. */
const environment = { MALLOC_PERTURB_: '165' };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const everyWorker = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: workersAtOnce }, (_, index) => work(index)));

/** The node behind a proxy that can keep back the answers about one set, and cut all other connections. */
async function behindHolder(emulator: AerospikeEmulator) {
  const target = Number(emulator.hosts[0]?.split(':')[1]);
  const all = new Set<{ client: Socket; isHeld: boolean; answers: Buffer[] }>();
  const state = { holds: false, isDown: false };
  const server = createServer((client) => {
    if (state.isDown) {
      client.destroy();
      return;
    }
    const own = { client, isHeld: false, answers: new Array<Buffer>() };
    all.add(own);
    const node = connect(target, '127.0.0.1');
    client.on('data', (chunk) => {
      // Type 3 is a request for records; what is asked about the set itself is answered.
      if (state.holds && chunk[1] === 3 && chunk.includes(held.set)) own.isHeld = true;
      node.write(chunk);
    });
    node.on('data', (chunk) => (own.isHeld ? own.answers.push(chunk) : client.write(chunk)));
    for (const socket of [client, node]) socket.on('error', () => undefined);
    client.on('close', () => (all.delete(own), node.destroy()));
    node.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  emulator.advertise(0, { host: '127.0.0.1', port });
  const others = () => [...all].filter(({ isHeld }) => !isHeld);
  endings.push(() => {
    server.close();
    for (const { client } of all) client.destroy();
  });
  return {
    address: `127.0.0.1:${port}`,
    state,
    open: () => all.size,
    heldNow: () => all.size - others().length,
    release(): void {
      for (const own of all) {
        own.isHeld = false;
        for (const answer of own.answers.splice(0)) own.client.write(answer);
      }
    },
    cutOthers: () => others().forEach(({ client }) => client.destroy()),
  };
}

/** Each has calls given up while the cluster owes their answers, several of the client's commands each. */
async function giveUp(workers: readonly AerospikeWorker[], areHeld: () => void): Promise<void> {
  const abort = new AbortController();
  const calls = workers.flatMap((worker) => [
    worker.call('aerospike_scan_set', held, null, abort.signal),
    worker
      .plan('aerospike_batch_write', writes)
      .then((plan) => worker.call('aerospike_batch_write', writes, plan, abort.signal)),
  ]);
  await vi.waitFor(areHeld, { timeout: 5_000 });
  const beganMs = performance.now();
  abort.abort();
  for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ error: { code: 'cancelled' } });
  expect(performance.now() - beganMs).toBeLessThan(1_000);
}

/** Workers and a cluster that holds back what it is asked about one set. */
async function startWorkers(timeoutMs: number) {
  const emulator = await emulate({ seed: 'empty' });
  const writer = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  await writer.answer('aerospike_batch_write', writes);
  const holder = await behindHolder(emulator);
  const profile = { fields: { hosts: [holder.address], role: 'admin', timeoutMs } };
  const workers = await everyWorker(() => start(profile, environment));
  for (const worker of workers) expect(await get(worker)).toMatchObject(answered);
  holder.state.holds = true;
  return { holder, profile, workers };
}

async function stayAlive(workers: readonly AerospikeWorker[]): Promise<void> {
  for (let times = 0; times < 5; times += 1) {
    await pause(300);
    for (const worker of workers) expect(await get(worker)).toMatchObject(answered);
  }
}

describe('a call that was given up, while its commands run on in the client', () => {
  it('harms neither a profile that is edited nor the worker’s end, and leaves no connection behind', async () => {
    const { holder, profile, workers } = await startWorkers(8_000);
    for (let times = 1; times <= editsEach; times += 1) {
      await giveUp(workers, () => expect(holder.heldNow()).toBeGreaterThanOrEqual(heldEach * workersAtOnce * times));
      const beganMs = performance.now();
      await Promise.all(workers.map((worker) => worker.credential(profile)));
      for (const worker of workers) expect(await get(worker)).toMatchObject(answered);
      expect(performance.now() - beganMs).toBeLessThan(1_000);
    }
    const [asked, ...rest] = workers;
    asked?.child.disconnect();
    expect(await asked?.exit).toBe(0);
    await stayAlive(rest);
    holder.state.holds = false;
    holder.release();
    await stayAlive(rest);
    // For each worker one for its commands and one that looks after the node.
    await expect.poll(() => holder.open(), { timeout: 6_000 }).toBeLessThanOrEqual(rest.length * 2);
  });

  it('harms no worker whose cluster goes away and comes back', async () => {
    const { holder, profile, workers } = await startWorkers(9_000);
    await giveUp(workers, () => expect(holder.heldNow()).toBeGreaterThanOrEqual(heldEach * workersAtOnce));
    // Some have a client that is retired before the outage, the others one that is retired by it.
    for (const worker of workers.slice(2)) {
      await worker.credential(profile);
      expect(await get(worker)).toMatchObject(answered);
    }
    holder.state.isDown = true;
    holder.cutOthers();
    const untilLost = async (worker: AerospikeWorker): Promise<void> => {
      // Only a client that has lost its nodes is given up for a new one, which asks the seeds.
      await expect
        .poll(() => get(worker), { timeout: 8_000, interval: 100 })
        .toMatchObject({ ok: false, error: { message: expect.stringContaining('seed') } });
    };
    await Promise.all(workers.map(untilLost));
    expect(holder.heldNow()).toBeGreaterThanOrEqual(workersAtOnce);
    holder.state.isDown = false;
    for (const worker of workers) {
      await expect.poll(() => get(worker), { timeout: 5_000, interval: 100 }).toMatchObject(answered);
    }
    holder.state.holds = false;
    holder.release();
    await stayAlive(workers);
  });
});
