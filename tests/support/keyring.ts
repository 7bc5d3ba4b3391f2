import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { give, testUser } from './display.ts';
import { makeTemporaryFolder } from './temp-folder.ts';

/** A gnome-keyring of our own on a D-Bus session of our own; nothing of the user's session is touched. */
export interface Keyring {
  /** What a process needs to use it. */
  readonly environment: Record<string, string>;
  freeze(): void;
  thaw(): void;
  /** SIGKILL of the daemon; nothing takes its place. */
  kill(): Promise<void>;
  /** A new daemon over the same files, unlocked. */
  restart(): Promise<void>;
  /** A new daemon over the same files, never unlocked: as in a session that nobody logged in to. */
  restartLocked(): Promise<void>;
  /** Locks the collection through the Secret Service's own Lock. */
  lock(): Promise<void>;
  /** Removes an item past us, as a person with another tool does. */
  clear(service: string, account: string): Promise<void>;
  stop(): Promise<void>;
}

/** Why there is no keyring to test with, or null. */
export const keyringMissing = (): string | null => {
  if (process.platform !== 'linux') return 'gnome-keyring is tested on Linux only';
  const programs = ['dbus-daemon', 'gnome-keyring-daemon', 'gdbus', 'secret-tool'];
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length === 0) return null;
  // In CI nothing is skipped: .ci/run installs these.
  if (process.env.CI !== undefined) throw new Error(`${missing.join(', ')} must be installed in CI`);
  return `not installed: ${missing.join(', ')} (Debian: dbus gnome-keyring libglib2.0-bin libsecret-tools)`;
};

/**
 * `activation` is what the bus does when the service is asked for and not there: nothing, or start one that never answers.
 * `forTestUser`: the session is that of the user whom Electron's tests run as.
 */
export const startKeyring = async ({
  hasCollection = true,
  activation = 'none',
  forTestUser = false,
}: { hasCollection?: boolean; activation?: 'none' | 'hang'; forTestUser?: boolean } = {}): Promise<Keyring> => {
  const user = forTestUser ? (testUser() ?? {}) : {};
  const folder = makeTemporaryFolder();
  const bus = `unix:path=${join(folder, 'bus')}`;
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  chmodSync(runtime, 0o700);
  writeFileSync(join(folder, 'bus.conf'), busConfiguration(bus, folder));
  if (activation === 'hang') {
    mkdirSync(join(folder, 'services'));
    const service = '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sleep 60\n';
    writeFileSync(join(folder, 'services', 'secrets.service'), service);
  }
  const environment = { DBUS_SESSION_BUS_ADDRESS: bus, XDG_RUNTIME_DIR: runtime };
  const own = {
    ...environment,
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  if (forTestUser) give(folder);
  const dbus = spawn('dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork'], {
    ...user,
    stdio: 'ignore',
    env: own,
  });
  await until(() => existsSync(join(folder, 'bus')));

  let daemon: ChildProcess | null = null;
  const gdbus = (method: string, ...args: string[]): Promise<{ stdout: string }> => {
    const target = ['--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets'];
    return promisify(execFile)('gdbus', ['call', ...target, '--timeout', '3', '--method', method, ...args], {
      ...user,
      env: own,
    });
  };
  const start = async (unlock: boolean): Promise<void> => {
    const flags = ['--foreground', '--components=secrets', ...(unlock ? ['--unlock'] : [])];
    daemon = spawn('gnome-keyring-daemon', flags, { ...user, stdio: ['pipe', 'ignore', 'ignore'], env: own });
    daemon.stdin?.end(unlock ? 'a passphrase' : '');
    await until(() =>
      gdbus('org.freedesktop.DBus.Peer.Ping').then(
        () => true,
        () => false,
      ),
    );
  };
  const end = async (process: ChildProcess | null): Promise<void> => {
    if (process?.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  };
  if (activation === 'none') await start(hasCollection);
  return {
    environment,
    freeze: () => void daemon?.kill('SIGSTOP'),
    thaw: () => void daemon?.kill('SIGCONT'),
    kill: () => end(daemon),
    async restart() {
      await end(daemon);
      await start(true);
    },
    async restartLocked() {
      await end(daemon);
      await start(false);
    },
    async lock() {
      await gdbus('org.freedesktop.Secret.Service.Lock', "['/org/freedesktop/secrets/collection/login']");
    },
    async clear(service, account) {
      await promisify(execFile)('secret-tool', ['clear', 'service', service, 'account', account], {
        ...user,
        env: own,
      });
    },
    async stop() {
      await end(daemon);
      await end(dbus);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const busConfiguration = (address: string, folder: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>${address}</listen><servicedir>${join(folder, 'services')}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`;

const until = async (isDone: () => boolean | Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the keyring did not start within 5 s');
};
