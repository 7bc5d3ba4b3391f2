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

/** The first line of an emulator: credentials in the fields that `add` takes. */
interface EmulatorLine {
  credentials: ({ name: string } & Record<string, unknown>)[];
}

interface Emulator {
  credentials: EmulatorLine['credentials'];
  end(): Promise<void>;
}

const emulated = ['akamai', 'aerospike'] as const;

/** Starts the emulators as children and puts the credentials that they accept into the demo's vault. Resolves to their end. */
export async function startDemo(app: App, codeFolder: string, runtime: string): Promise<() => Promise<void>> {
  const started = await Promise.all(
    emulated.map(async (provider) => {
      const emulator = await startEmulator(provider, codeFolder, runtime);
      // At once: nobody who asks for one of them waits for the other emulator.
      for (const credential of emulator.credentials) await store(app, provider, credential);
      return emulator;
    }),
  );
  return async () => {
    await Promise.all(started.map(({ end }) => end()));
  };
}

async function startEmulator(provider: string, codeFolder: string, runtime: string): Promise<Emulator> {
  const program = join(codeFolder, `${provider}-emulator.cjs`);
  const emulator = spawn(runtime, ['--disable-sigusr1', program, '--with-parent'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: emulator.stdout }).once('line', resolve);
    const didNotStart = (): void =>
      reject(
        new Failure(
          'unreachable',
          `The ${provider} emulator did not start.`,
          `Run \`chatelaine emulate ${provider}\` to see why.`,
        ),
      );
    emulator.once('exit', didNotStart).once('error', didNotStart);
  });
  return {
    credentials: (JSON.parse(first) as EmulatorLine).credentials,
    end: () =>
      new Promise((resolve) => {
        emulator.removeAllListeners('exit');
        emulator.once('exit', () => resolve());
        // One that was killed by a signal has ended too, and will not say so again.
        if (emulator.exitCode !== null || emulator.signalCode !== null) resolve();
        else emulator.kill();
      }),
  };
}

async function store(app: App, provider: string, credential: EmulatorLine['credentials'][number]): Promise<void> {
  const requester = { transport: 'control' as const, proof: null };
  // The emulator is at a new address each time; what the person made of the ceiling stays.
  const { name, role: _, namespaces: __, ...address } = credential;
  const edited = await app.dispatch('credentials.edit', { name, changes: address }, requester);
  if (edited.ok) return;
  const draft = { ...credential, tags: ['demo'] };
  const added = await app.dispatch('credentials.add', { provider, draft }, requester);
  if (!added.ok) throw new Failure(added.error.code, added.error.message, added.error.hint);
}
