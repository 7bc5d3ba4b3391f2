import { spawn, spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { bareEnvironment, codeFolder, startProgram } from '../support/built-app.ts';
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
  const run = (args: string[], input = '') =>
    spawnSync(process.execPath, [cli, ...args], { env, input, encoding: 'utf8' });
  // In a process of its own: the commands below are waited for without letting this one run.
  const emulator = await startProgram(['emulate', 'aerospike'], bareEnvironment());
  const { credentials } = JSON.parse(emulator.firstLine) as { credentials: { hosts: string[] }[] };
  const host = spawn(process.execPath, [cli, 'serve', '--vault', 'file'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise<void>((resolve) => createInterface({ input: host.stdout }).once('line', () => resolve()));
    const profile = { name: 'orders', hosts: credentials[0]?.hosts };
    expect(run(['add', 'aerospike', '--json', '-'], JSON.stringify(profile)).status).toBe(0);
    const sentence = 'The Aerospike client library does not load on this machine.';
    const doctor = run(['doctor', '--json']);
    expect(doctor.status).toBe(1);
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      name: 'Aerospike client',
      state: 'failed',
      message: sentence,
      hint: expect.stringMatching(/Install|Reinstall|exists for/),
    });
    const tested = run(['test', 'orders', '--json']);
    expect(tested.status).toBe(1);
    expect(JSON.parse(tested.stdout)).toMatchObject({ ok: false, message: sentence });
    const { lastTest } = JSON.parse(run(['show', 'orders', '--json']).stdout) as { lastTest: { message: string } };
    expect(lastTest.message).toBe(sentence);
    expect(doctor.stdout + tested.stdout).not.toContain(folder);
    expect(host.exitCode).toBeNull();
  } finally {
    run(['stop']);
    host.kill();
    await emulator.stop();
  }
});
