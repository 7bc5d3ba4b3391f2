import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { App } from '../core/app.ts';
import { systemClock } from '../core/clock.ts';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import { createDurableFiles } from '../core/files/durable-file.ts';
import { hostFlags } from '../core/gateway/start-host.ts';
import { createLaunch } from '../platform/child-launch.ts';
import { dataFolder } from '../platform/data-folder.ts';
import { createHost } from '../platform/host.ts';
import { lockDataFolder } from '../platform/host-lock.ts';
import { listenLocally } from '../platform/local-socket.ts';
import { createLogFile } from '../platform/log-file.ts';
import { passphraseFromFile, readPassphrase } from '../platform/passphrase.ts';
import { chooseVault, rememberVault } from '../platform/vault-choice.ts';
import { demoFolder, demoPassphrase, startDemo } from '../platform/demo.ts';
import type { Options } from './options.ts';
import { readPageFiles } from '../platform/page-files.ts';
import { servePage, type PageServer } from './page-server.ts';
import { createPageSessions } from './page-sessions.ts';

const onDemandIdleMs = 15 * 60_000;
/** Calls in flight have 3 s of it; what has not ended then never will. */
const stopDeadlineMs = 10_000;

/** Starts the host, prints its one line, and stays until SIGTERM, SIGINT or `stop`; then ends everything it started. */
export async function serve(options: Options, codeFolder: string): Promise<void> {
  const files = createDurableFiles();
  const asked = options.home === null ? dataFolder() : resolve(options.home);
  const home = options.demo ? demoFolder(asked, options.home !== null || Boolean(process.env.CHATELAINE_HOME)) : asked;
  let release: (() => Promise<void>) | null = null;
  let log: ReturnType<typeof createLogFile> | null = null;
  let app: App | null = null;
  let page: PageServer | null = null;
  const sessions = createPageSessions(systemClock);
  let endDemo = async (): Promise<void> => undefined;
  let stopping: Promise<void> | null = null;

  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      await page?.close();
      await app?.stop();
      await endDemo();
      await log?.close();
      await release?.();
    })());
  const isStopping = (): boolean => stopping !== null;
  const stopAndExit = (): void => {
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Before anything is started: a start can take long, as while it asks for the passphrase.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopAndExit);

  await files.ensurePrivateFolder(home);
  release = await lockDataFolder(home);
  log = createLogFile(home);
  // A defect in a callback is a line in the log, not the end of everybody's calls.
  const hostLog = log;
  process.on('unhandledRejection', (error) => void hostLog.error('host.unhandled', error));
  const ready = createGate();
  try {
    const launch = createLaunch({
      runtime: process.execPath,
      codeFolder,
      hashes: BUNDLE_HASHES,
      scratchFolder: join(home, 'scratch'),
      log,
    });
    const choice = await chooseVault({
      home,
      wanted: options.demo ? 'file' : options.vault,
      files,
      launch,
      clock: systemClock,
      log,
    });
    const passphrase = options.demo ? await demoPassphrase(home, files) : await passphraseFor(choice, options);
    app = await createHost({
      home,
      version: APP_VERSION,
      demo: options.demo,
      onDemand: options.onDemand,
      store: choice.store,
      files,
      log,
      launch,
      codeFolder,
      runtime: process.execPath,
      restart: {
        command: process.execPath,
        args: [
          ...hostFlags,
          join(codeFolder, 'headless.cjs'),
          '--on-demand',
          '--home',
          home,
          ...(options.demo ? ['--demo'] : []),
        ],
      },
      desktop: null,
      idleMs: () => null,
      openPage: () => `${page?.url ?? ''}#token=${sessions.token()}`,
      listen: (endpoint, onSocket) => listenLocally(endpoint, ready.hold(onSocket)),
      requestStop: () => setTimeout(stopAndExit, 50),
    });
    page = await servePage({
      port: options.port,
      files: await readPageFiles(join(codeFolder, 'page')),
      sessions,
      app: () => (ready.isOpen() ? app : null),
    });
    await app.start(passphrase);
    await rememberVault(home, choice.kind, files);
    if (passphrase && choice.kind === 'keychain') await app.adoptPassphrase(passphrase);
    if (options.demo) endDemo = await startDemo(app, codeFolder, process.execPath);
  } catch (error) {
    // Taken apart under its hands: whoever stopped us ends the process too.
    if (isStopping()) return await new Promise<never>(() => undefined);
    log.error('start.failed', error);
    await stop().catch(() => undefined);
    throw error;
  }

  ready.open();
  if (options.onDemand) endWhenIdle(app, stopAndExit);
  process.stdout.on('error', () => undefined);
  process.stdout.write(
    `${JSON.stringify({ url: `${page.url}#token=${sessions.token()}`, pid: process.pid, home, vault: app.vaultKind })}\n`,
  );
}

/** Callers that come before everything is ready wait at the door; a demo's customers are at a new address each time. */
function createGate() {
  let open = (): void => undefined;
  let isOpen = false;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    isOpen: () => isOpen,
    open() {
      isOpen = true;
      open();
    },
    hold: (onSocket: (socket: Socket) => void) => (socket: Socket) => {
      socket.on('error', () => socket.destroy());
      void opened.then(() => onSocket(socket));
    },
  };
}

/** A new file vault needs a passphrase now; an existing one may start locked, so that a service can be unlocked later. */
async function passphraseFor(choice: { kind: string; isNew: boolean }, options: Options): Promise<Secret | null> {
  if (choice.kind === 'keychain' || options.onDemand) return passphraseFromFile();
  const isNew = choice.isNew;
  const passphrase = await readPassphrase(
    isNew ? 'Choose a passphrase for the new vault file: ' : 'Passphrase of the vault file: ',
  );
  if (passphrase && isNew && process.stdin.isTTY && !process.env.CHATELAINE_PASSPHRASE_FILE) {
    const again = await readPassphrase('Once more: ');
    if (again?.reveal() !== passphrase.reveal())
      throw new Failure('invalid-input', 'The two do not match. Nothing was created.', 'Start again.');
  }
  if (!passphrase && isNew) {
    throw new Failure(
      'invalid-input',
      'A new vault file needs a passphrase, and none was given. Nothing was created.',
      'Put it into a file and name that in CHATELAINE_PASSPHRASE_FILE, or start in a terminal and type it.',
    );
  }
  return passphrase;
}

function endWhenIdle(app: App, end: () => void): void {
  let idleSince = Date.now();
  setInterval(() => {
    if (!app.isIdle()) idleSince = Date.now();
    else if (Date.now() - idleSince > onDemandIdleMs) end();
  }, 10_000).unref();
}
