import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { App } from '../core/app.ts';
import { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';

const marker = 'demo-passphrase';

/**
 * The demo's own data folder, never the person's: beside the usual one, or the folder that was named if it is empty or
 * a demo's already.
 */
export function demoFolder(asked: string, wasNamed: boolean): string {
  const names = existsSync(asked) ? readdirSync(asked) : [];
  return wasNamed && (names.length === 0 || names.includes(marker)) ? asked : `${asked}-demo`;
}

/** Made-up credentials need no secret passphrase; it lies beside them so that approvals can be tried. */
export async function demoPassphrase(home: string, files: DurableFiles): Promise<Secret> {
  const path = join(home, marker);
  const known = await files.read(path);
  if (known) return new Secret(known.toString('utf8').trim());
  const made = randomBytes(12).toString('base64url');
  await files.write(path, Buffer.from(`${made}\n`));
  return new Secret(made);
}

interface EmulatorLine {
  url: string;
  credentials: {
    name: string;
    host: string;
    clientToken: string;
    clientSecret: string;
    accessToken: string;
    accountSwitchKey?: string;
  }[];
}

/** Starts the emulator as a child and puts the credentials that it accepts into the demo's vault. Resolves to its end. */
export async function startDemo(app: App, codeFolder: string, runtime: string): Promise<() => Promise<void>> {
  const emulator = spawn(runtime, ['--disable-sigusr1', join(codeFolder, 'akamai-emulator.cjs'), '--with-parent'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: emulator.stdout }).once('line', resolve);
    const didNotStart = (): void =>
      reject(
        new Failure('unreachable', 'The Akamai emulator did not start.', 'Run `chatelaine emulate akamai` to see why.'),
      );
    emulator.once('exit', didNotStart).once('error', didNotStart);
  });
  const { credentials } = JSON.parse(first) as EmulatorLine;
  for (const credential of credentials) await store(app, credential);
  return () =>
    new Promise((resolve) => {
      emulator.removeAllListeners('exit');
      emulator.once('exit', () => resolve());
      // One that was killed by a signal has ended too, and will not say so again.
      if (emulator.exitCode !== null || emulator.signalCode !== null) resolve();
      else emulator.kill();
    });
}

async function store(app: App, credential: EmulatorLine['credentials'][number]): Promise<void> {
  const requester = { transport: 'control' as const, proof: null };
  const { name, ...fields } = credential;
  const edited = await app.dispatch('credentials.edit', { name, changes: fields }, requester);
  if (edited.ok) return;
  const added = await app.dispatch(
    'credentials.add',
    { provider: 'akamai', draft: { ...credential, tags: ['demo'] } },
    requester,
  );
  if (!added.ok) throw new Failure(added.error.code, added.error.message, added.error.hint);
}
