import { spawn } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { bareEnvironment, codeFolder, runNode, startProgram } from '../support/built-app.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

it('where the client’s addon is missing, doctor and profile say so in a sentence, and the host lives on', async () => {
  const folder = makeTemporaryFolder();
  // The addon lies beside the programs, so programs that were copied alone have none.
  cpSync(codeFolder, join(folder, 'out'), { recursive: true });
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple', { mode: 0o600 });
  const env = {
    ...bareEnvironment(),
    CHATELAINE_HOME: join(folder, 'home'),
    CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
  };
  const cli = join(folder, 'out', 'cli.cjs');
  const run = (args: string[], input = '') => runNode([cli, ...args], env, input);
  const emulator = await startProgram(['emulate', 'aerospike'], bareEnvironment());
  const { credentials } = JSON.parse(emulator.firstLine) as { credentials: { hosts: string[] }[] };
  const host = spawn(process.execPath, [cli, 'serve', '--vault', 'file'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise<void>((resolve) => createInterface({ input: host.stdout }).once('line', () => resolve()));
    const profile = { name: 'orders', hosts: credentials[0]?.hosts };
    expect((await run(['add', 'aerospike', '--json', '-'], JSON.stringify(profile))).code).toBe(0);
    const sentence = 'The Aerospike client library does not load on this machine.';
    const doctor = await run(['doctor', '--json']);
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      name: 'Aerospike client',
      state: 'failed',
      message: sentence,
      hint: expect.stringMatching(/Install|Reinstall|exists for/),
    });
    const tested = await run(['test', 'orders', '--json']);
    expect(tested.code).toBe(1);
    expect(JSON.parse(tested.stdout)).toMatchObject({ ok: false, message: sentence });
    const { lastTest } = JSON.parse((await run(['show', 'orders', '--json'])).stdout) as {
      lastTest: { message: string };
    };
    expect(lastTest.message).toBe(sentence);
    expect(doctor.stdout + tested.stdout).not.toContain(folder);
    expect(host.exitCode).toBeNull();
    expect((await run(['stop'])).code).toBe(0);
  } finally {
    host.kill();
    await emulator.stop();
  }
});
