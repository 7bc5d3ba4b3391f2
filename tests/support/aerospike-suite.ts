import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  startAerospikeEmulator,
  type AerospikeEmulator,
  type AerospikeEmulatorOptions,
} from '../../electron/emulators/aerospike/emulator.ts';
import {
  buildAerospikeWorker,
  startAerospikeWorker,
  type AerospikeWorker,
  type ProfileFields,
  type WorkerProgram,
} from './aerospike-worker.ts';

export interface AerospikeSuite {
  /** The one folder that its workers may write to. */
  scratch(): string;
  /** A worker with a profile. Killed after the test. */
  start(profile: ProfileFields, environment?: Readonly<Record<string, string>>): Promise<AerospikeWorker>;
  /** A cluster, of one node unless told otherwise. Ended after the test. */
  emulate(options?: AerospikeEmulatorOptions): Promise<AerospikeEmulator>;
}

/** For a test file over real workers and emulated clusters: the worker is built once, and each test's things end with it. */
export function useAerospikeSuite(): AerospikeSuite {
  let program: WorkerProgram;
  const workers: AerospikeWorker[] = [];
  const emulators: AerospikeEmulator[] = [];
  beforeAll(async () => {
    program = await buildAerospikeWorker();
  }, 60_000);
  afterEach(async () => {
    for (const { child } of workers.splice(0)) child.kill('SIGKILL');
    for (const emulator of emulators.splice(0)) await emulator.close();
  });
  afterAll(() => program.remove());
  return {
    scratch: () => program.scratch,
    async start(profile, environment) {
      const worker = startAerospikeWorker(program, environment);
      workers.push(worker);
      await worker.credential(profile);
      return worker;
    },
    async emulate(options = {}) {
      const emulator = await startAerospikeEmulator({ nodes: 1, ...options });
      emulators.push(emulator);
      return emulator;
    },
  };
}
