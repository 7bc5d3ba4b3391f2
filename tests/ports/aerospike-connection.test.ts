import { afterAll, beforeAll, describe } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import {
  buildAerospikeWorker,
  startAerospikeWorker,
  type AerospikeWorker,
  type WorkerProgram,
} from '../support/aerospike-worker.ts';
import { behavesWithRecordsAlike } from './aerospike-connection-alike.behaviour.ts';
import { behavesExactly } from './aerospike-connection-exact.behaviour.ts';
import { behavesWithManyRecords } from './aerospike-connection-many.behaviour.ts';
import { behavesWithUnseenTexts } from './aerospike-connection-texts.behaviour.ts';
import { behavesWithMixedBatches } from './aerospike-connection-mixed.behaviour.ts';
import { behavesLikeACluster } from './aerospike-connection.behaviour.ts';

let program: WorkerProgram;
const workers: AerospikeWorker[] = [];
beforeAll(async () => {
  program = await buildAerospikeWorker();
}, 60_000);
afterAll(() => {
  for (const { child } of workers) child.kill('SIGKILL');
  program.remove();
});

/** One worker for a suite; a new one after it was killed. */
function opener(hosts: () => string[]): () => Promise<AerospikeWorker> {
  let current: AerospikeWorker | undefined;
  return async () => {
    if (current && !current.child.killed) return current;
    current = startAerospikeWorker(program);
    workers.push(current);
    await current.credential({ fields: { hosts: hosts(), role: 'admin' } });
    return current;
  };
}

describe('the connection to the emulator', () => {
  let emulator: AerospikeEmulator;
  beforeAll(async () => {
    emulator = await startAerospikeEmulator({ nodes: 2 });
  });
  afterAll(() => emulator.close());
  const open = opener(() => emulator.hosts);
  behavesLikeACluster(open, 'behaviour');
  behavesWithManyRecords(open, 'many');
  behavesExactly(open, 'exact');
  behavesWithRecordsAlike(open, 'alike');
  behavesWithMixedBatches(open, 'mixed');
  behavesWithUnseenTexts(open, { set: 'texts', address: () => emulator.hosts[0] ?? '' });
});

// A real server, where there is one: AEROSPIKE_TEST_HOST=127.0.0.1:3000. It must have a namespace `test`.
const real = process.env.AEROSPIKE_TEST_HOST;
if (real !== undefined) {
  describe(`the connection to ${real}`, () => {
    const open = opener(() => [real]);
    behavesLikeACluster(open, `chatelaine_${process.pid}`);
    behavesWithManyRecords(open, `chatelaine_many_${process.pid}`);
    behavesExactly(open, `chatelaine_exact_${process.pid}`);
    behavesWithRecordsAlike(open, `chatelaine_${process.pid}`);
    behavesWithMixedBatches(open, `chatelaine_${process.pid}`);
    behavesWithUnseenTexts(open, { set: `chatelaine_texts_${process.pid}`, address: () => real });
  });
}
