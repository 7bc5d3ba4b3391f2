import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { runScript } from './remote.ts';

let emulator: AerospikeEmulator;
beforeAll(async () => {
  emulator = await startAerospikeEmulator();
});
afterAll(async () => {
  await emulator.close();
});

/** Each script was run against a community server 8.1.2.0 of two nodes, and what it said is kept beside it. */
it.each(['list-operations', 'map-operations', 'queries', 'policies', 'udfs', 'indexes'])(
  'answers the official client in %s as a real server did',
  async (name) => {
    const measured = readFileSync(new URL(`./measured/${name}.txt`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    expect(await runScript(name, emulator.hosts[0] ?? '')).toEqual(measured);
  },
);
