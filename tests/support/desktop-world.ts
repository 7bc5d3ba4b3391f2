import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { bareEnvironment, chatelaine, type Entry, type Ran } from './built-app.ts';
import { asTestUser, give, startDisplay, testUser } from './display.ts';
import { makeTemporaryFolder } from './temp-folder.ts';

/** A person at a screen of their own: everything of theirs runs as the test's ordinary user. */
export interface DesktopWorld {
  folder: string;
  home: string;
  /** Changed by a test, it counts for whatever is started next. */
  environment: Record<string, string>;
  passphrase: string;
  /** The app with a driver at it, which can look into its main process. */
  drive(...args: string[]): Promise<ElectronApplication>;
  /** The app as a session starts it, without a driver and its doors. */
  open(...args: string[]): Started;
  run(...args: string[]): Promise<Ran>;
  runWith(input: string, ...args: string[]): Promise<Ran>;
  json<Value>(...args: string[]): Promise<Value>;
  /** A client that the person's system launches from an entry. */
  client(entry: Entry): Promise<Client>;
  /** The process that serves the data folder, once one does. */
  hostPid(): Promise<number>;
  close(): Promise<void>;
}

export interface Started {
  child: ChildProcess;
  pid: number;
  said: () => string;
  exited: Promise<number | null>;
}

const root = join(import.meta.dirname, '..', '..');
const electronBinary = (): string => join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? '', 'electron');

export async function createDesktopWorld(variables: Record<string, string> = {}): Promise<DesktopWorld> {
  const folder = makeTemporaryFolder();
  const home = join(folder, 'data');
  mkdirSync(join(folder, 'person'));
  const passphrase = 'correct horse battery staple';
  writeFileSync(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
  const wrapper = asTestUser(electronBinary(), folder);
  give(folder);
  const display = await startDisplay();
  const user = testUser() ?? {};
  const started: Started[] = [];
  const driven: ElectronApplication[] = [];
  const environment: Record<string, string> = {
    ...bareEnvironment(),
    HOME: join(folder, 'person'),
    DISPLAY: display.name,
    CHATELAINE_HOME: home,
    ...variables,
  };
  const runWith = (input: string, ...args: string[]): Promise<Ran> => chatelaine(args, environment, input, user);
  const run = (...args: string[]): Promise<Ran> => runWith('', ...args);
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const ran = await run(...args, '--json');
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.code ?? 'a signal'} ${ran.stderr}`);
    return JSON.parse(ran.stdout) as Value;
  };
  const prefix = testUser()
    ? ['setpriv', `--reuid=${testUser()?.uid ?? 0}`, `--regid=${testUser()?.gid ?? 0}`, '--clear-groups']
    : [];
  return {
    folder,
    home,
    environment,
    passphrase,
    async drive(...args) {
      const electron = await _electron.launch({
        executablePath: wrapper,
        args: [root, ...args],
        env: environment,
        // The driver would leave the sandbox out of its own accord.
        chromiumSandbox: true,
        timeout: 30_000,
      });
      driven.push(electron);
      return electron;
    },
    open(...args) {
      const child = spawn(wrapper, [root, ...args], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      const one = { child, pid: child.pid ?? 0, said: () => said, exited };
      started.push(one);
      return one;
    },
    run,
    runWith,
    json,
    async client(entry) {
      const [command = '', ...args] = [...prefix, entry.command, ...entry.args];
      const client = new Client({ name: 'story', version: '1.0.0' }, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(
        new StdioClientTransport({ command, args, env: { ...entry.env, ...environment }, stderr: 'ignore' }),
      );
      return client;
    },
    async hostPid() {
      for (let tries = 0; tries < 200; tries += 1) {
        // `status` would start a host where there is none.
        const holder = holderOf(home);
        if (holder !== null && (await run('status')).code === 0) return (await json<{ pid: number }>('status')).pid;
        await new Promise((resume) => setTimeout(resume, 100));
      }
      throw new Error(`No host came up: ${started.map(({ said }) => said()).join('\n')}`);
    },
    async close() {
      for (const electron of driven) await electron.close().catch(() => undefined);
      for (const { child, exited } of started) {
        child.kill('SIGKILL');
        await exited;
      }
      const left = holderOf(home);
      if (left !== null && isAlive(left)) process.kill(left, 'SIGKILL');
      display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function holderOf(home: string): number | null {
  try {
    return (JSON.parse(readFileSync(join(home, 'host.lock'), 'utf8')) as { pid: number }).pid;
  } catch {
    return null;
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    // One that has ended and that nobody has asked after is still listed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Every process below this one. */
export const descendantsOf = (pid: number): number[] => {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...(isAlive(child) ? descendantsOf(child) : [])]);
};

export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

export const descriptorsOf = (pid: number): { slot: number; target: string }[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((slot) => {
    try {
      return [{ slot: Number(slot), target: readlinkSync(`/proc/${pid}/fd/${slot}`) }];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });

/** In the app's own window, what its page would ask; throws when it was refused. */
export async function askAs(page: Page, name: string, input: object, proof = ''): Promise<void> {
  const answer = await page.evaluate(
    async ([asked, given, proven]) => {
      const window = globalThis as unknown as { chatelaine: { call(...all: unknown[]): Promise<{ ok: boolean }> } };
      return window.chatelaine.call(asked, given, proven);
    },
    [name, input, proof] as const,
  );
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
}

export const register = (world: DesktopWorld): Promise<Entry> =>
  world.json<Entry>('register', 'other', '--name', 'agent', '--provider', 'akamai');
export const agent = async (world: DesktopWorld): Promise<Client> => world.client(await register(world));
export const groups = { name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } };

export const atHome = (page: Page): Promise<void> => page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();

/** The machine may have much else to do. */
export const eventually = <Value>(look: () => Value) => expect.poll(look, { timeout: 15_000 });
