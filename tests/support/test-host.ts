import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bareEnvironment, chatelaine, startProgram, type Entry, type Program, type Ran } from './built-app.ts';
import { akamaiCanaries } from './canaries.ts';
import { makeTemporaryFolder } from './temp-folder.ts';

/** A data folder of its own with the built host in it, driven by the command line. */
export interface TestHost {
  /** For files of the test that are not Chatelaine's. */
  folder: string;
  home: string;
  environment: Record<string, string>;
  host(): Program;
  start(...args: string[]): Promise<Program>;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  run(...args: string[]): Promise<Ran>;
  runWith(input: string, ...args: string[]): Promise<Ran>;
  /** The JSON that a command prints; throws with its stderr when it fails. */
  json<Value>(...args: string[]): Promise<Value>;
  /** Stores a made-up customer section. */
  add(name: string, fields?: object): Promise<Ran>;
  register(name: string): Promise<Entry>;
  names(): Promise<string[]>;
  /** Kinds of the activity record, oldest first. */
  kinds(): Promise<string[]>;
  close(): Promise<void>;
}

export const passphrase = 'correct horse battery staple';

export async function createTestHost({
  vault = 'file',
  variables = {},
  home: chosen,
}: {
  vault?: 'file' | 'keychain';
  variables?: Record<string, string>;
  home?: (folder: string) => string;
} = {}): Promise<TestHost> {
  const folder = makeTemporaryFolder();
  const home = chosen?.(folder) ?? join(folder, 'home');
  await mkdir(join(folder, 'elsewhere'));
  const passphraseFile = join(folder, 'elsewhere', 'passphrase');
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const environment = {
    ...bareEnvironment(),
    ...variables,
    CHATELAINE_HOME: home,
    CHATELAINE_PASSPHRASE_FILE: passphraseFile,
  };
  let running: Program | null = null;
  const host = (): Program => {
    if (!running) throw new Error('No host was started.');
    return running;
  };
  const runWith = (input: string, ...args: string[]): Promise<Ran> => chatelaine(args, environment, input);
  const run = (...args: string[]): Promise<Ran> => runWith('', ...args);
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const ran = await run(...args, '--json');
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.code ?? 'a signal'} ${ran.stderr}`);
    return JSON.parse(ran.stdout) as Value;
  };
  return {
    folder,
    home,
    environment,
    host,
    async start(...args) {
      running = await startProgram(['serve', '--vault', vault, ...args], environment);
      return running;
    },
    async kill() {
      host().child.kill('SIGKILL');
      await host().exited;
    },
    run,
    runWith,
    json,
    add: (name, fields = {}) =>
      runWith(JSON.stringify({ ...akamaiCanaries(name), ...fields }), 'add', 'akamai', '--json', '-'),
    register: (name) => json<Entry>('register', 'other', '--name', name, '--provider', 'akamai'),
    names: async () => (await json<{ name: string }[]>('list')).map(({ name }) => name),
    kinds: async () => (await json<{ kind: string }[]>('activity')).map(({ kind }) => kind),
    async close() {
      await run('stop').catch(() => undefined);
      running?.child.kill('SIGKILL');
      await running?.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A command that failed as it should: its exit code, one sentence, one hint, and no stack. */
export function expectFailure(ran: Ran, code: number, message: string | RegExp, hint: string | RegExp): void {
  const [said = '', advised = '', ...more] = ran.stderr.trimEnd().split('\n').slice(-2);
  expect(ran, ran.stderr).toMatchObject({ code });
  expect(said).toMatch(message);
  expect(advised).toMatch(hint);
  expect(more).toEqual([]);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
}

export interface EmulatedAkamai {
  url: string;
  credentials: { name: string; host: string; clientToken: string; clientSecret: string; accessToken: string }[];
  stop(): Promise<void>;
  pid: number;
  /** Makes the next answer wait. */
  slow(delayMs: number): Promise<void>;
}

/** The emulator as a program of its own, with the credentials that it accepts. */
export async function startEmulator(): Promise<EmulatedAkamai> {
  const program = await startProgram(['emulate', 'akamai'], bareEnvironment());
  const line = JSON.parse(program.firstLine) as Pick<EmulatedAkamai, 'url' | 'credentials'>;
  return {
    ...line,
    pid: program.child.pid ?? 0,
    stop: () => program.stop(),
    async slow(delayMs) {
      await fetch(`${line.url}/__emulator/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'slow', delayMs, times: 1 }),
      });
    },
  };
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
