// The desktop app. What a debugger could use is shut before anything else happens.
import '../platform/shut-doors.ts';
import { shutDebugDoors, takeNetworkAway } from './hardening.ts';
import { join, resolve } from 'node:path';
import { app, dialog, powerMonitor } from 'electron';
import { Failure } from '../core/failure.ts';
import { createDurableFiles } from '../core/files/durable-file.ts';
import { placeTaken, refusedToStart } from '../core/gateway/start-host.ts';
import { dataFolder } from '../platform/data-folder.ts';
import { demoFolder } from '../platform/demo.ts';
import { lockDataFolder } from '../platform/host-lock.ts';
import { linkIn, routeOf } from './deep-link.ts';
import { startDesktop, type Desktop } from './desktop.ts';
import { optionsFrom } from './options.ts';
import { announcePageScheme } from './page-protocol.ts';
import { takeOver } from './take-over.ts';

if (RELEASE) shutDebugDoors();
takeNetworkAway();
announcePageScheme();
app.enableSandbox();
app.setName('Chatelaine');
app.setAppUserModelId('net.chatelaine.desktop');

// Whoever started us on demand has long stopped listening.
process.stderr.on('error', () => undefined);

/** Calls that are under way when the person quits are given so long to end, and so long when something else ends us. */
const quitGraceMs = 30_000;
const signalGraceMs = 3_000;
/** What has not ended so long after the calls never will. */
const lastStepsMs = 7_000;

const options = optionsFrom(process.argv.slice(app.isPackaged ? 1 : 2));
let desktop: Desktop | null = null;
/** What somebody asked to see before there was a window. */
let askedFor: { route: string } | null = null;
let release: (() => Promise<void>) | null = null;
let isStopping = false;

/** Brings the window to the front, at the link's page if there is one. A link that is not ours does nothing. */
function open(link: string | null): void {
  const route = link === null ? '' : routeOf(link);
  if (route === null) return;
  if (desktop) desktop.show(route);
  else askedFor = { route };
}

function chosenFolder(): string {
  const asked = options.home === null ? dataFolder() : resolve(options.home);
  return options.demo ? demoFolder(asked, options.home !== null || Boolean(process.env.CHATELAINE_HOME)) : asked;
}

async function run(): Promise<void> {
  const home = chosenFolder();
  // Chromium's own files, and the lock that makes a second start show the first one's window: one per data folder. Said
  // before anything is waited for, else they go where Electron has them by default.
  app.setPath('userData', join(home, 'desktop'));
  const link = linkIn(process.argv);
  if (link !== null) open(link);
  await createDurableFiles().ensurePrivateFolder(home);
  if (!app.requestSingleInstanceLock()) {
    app.exit(options.hidden ? placeTaken : 0);
    return;
  }
  app.on('second-instance', (_, argv) => {
    if (!argv.includes('--hidden')) open(linkIn(argv));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open(url);
  });
  app.on('activate', () => open(null));
  // The host goes on without a window.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    event.preventDefault();
    // Who says it twice does not want to wait.
    stop(isStopping ? 0 : quitGraceMs);
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signalGraceMs));

  await app.whenReady();
  powerMonitor.on('shutdown', () => stop(signalGraceMs));
  if (app.isPackaged) app.setAsDefaultProtocolClient('chatelaine');
  release = await lockDataFolder(home).catch((error: unknown) => takeOver(home, options.hidden, error));
  desktop = await startDesktop(options, home);
  if (askedFor !== null) desktop.show(askedFor.route);
}

/** Ends everything, within limits: what hangs is killed with us. */
function stop(graceMs: number): void {
  setTimeout(() => app.exit(1), graceMs + lastStepsMs);
  const stopped = desktop?.stop(graceMs) ?? Promise.resolve();
  if (isStopping) {
    stopped.catch(() => undefined);
    return;
  }
  isStopping = true;
  void stopped
    .then(
      () => 0,
      () => 1,
    )
    .then(async (code) => {
      await release?.().catch(() => undefined);
      app.exit(code);
    });
}

run().catch(async (error: unknown) => {
  // Taken apart under its hands: whoever stopped us ends the process too.
  if (isStopping) return;
  const { message, hint } =
    error instanceof Failure
      ? error
      : { message: 'Chatelaine could not be started.', hint: error instanceof Error ? error.message : '' };
  process.stderr.write(`${message}\n${hint}\n`);
  if (!options.hidden) dialog.showErrorBox(message, hint);
  await release?.();
  app.exit(error instanceof Failure && error.code === 'already-running' ? placeTaken : refusedToStart);
});
