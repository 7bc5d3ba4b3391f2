// The desktop app. What a debugger could use is shut before anything else happens.
import '../platform/shut-doors.ts';
import { shutDebugDoors } from './hardening.ts';
import { join, resolve } from 'node:path';
import { app, dialog } from 'electron';
import { Failure } from '../core/failure.ts';
import { createDurableFiles } from '../core/files/durable-file.ts';
import { placeTaken } from '../core/gateway/start-host.ts';
import { dataFolder } from '../platform/data-folder.ts';
import { demoFolder } from '../platform/demo.ts';
import { lockDataFolder } from '../platform/host-lock.ts';
import { linkIn, routeOf } from './deep-link.ts';
import { startDesktop, type Desktop } from './desktop.ts';
import { optionsFrom } from './options.ts';
import { announcePageScheme } from './page-protocol.ts';
import { takeOver } from './take-over.ts';

if (RELEASE) shutDebugDoors();
announcePageScheme();
app.enableSandbox();
app.setName('Chatelaine');
app.setAppUserModelId('net.chatelaine.desktop');

const options = optionsFrom(process.argv.slice(app.isPackaged ? 1 : 2));
let desktop: Desktop | null = null;
let askedFor: string | null = linkIn(process.argv);
let release: (() => Promise<void>) | null = null;
let hasStopped = false;

/** Brings the window to the front, at the link's page if there is one that is ours; kept until there is a window. */
function open(link: string | null): void {
  const route = link === null ? undefined : (routeOf(link) ?? undefined);
  if (desktop) desktop.show(route);
  else askedFor = link;
}

async function run(): Promise<void> {
  const asked = options.home === null ? dataFolder() : resolve(options.home);
  const home = options.demo
    ? await demoFolder(asked, options.home !== null || Boolean(process.env.CHATELAINE_HOME))
    : asked;
  await createDurableFiles().ensurePrivateFolder(home);
  // Chromium's own files, and the lock that makes a second start show the first one's window: one per data folder.
  app.setPath('userData', join(home, 'desktop'));
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
    if (hasStopped) return;
    event.preventDefault();
    void stop();
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(3_000));

  await app.whenReady();
  if (app.isPackaged) app.setAsDefaultProtocolClient('chatelaine');
  release = await lockDataFolder(home).catch((error: unknown) => takeOver(home, options.hidden, error));
  desktop = await startDesktop(options, home);
  if (askedFor !== null) open(askedFor);
}

async function stop(graceMs?: number): Promise<void> {
  if (hasStopped) return;
  hasStopped = true;
  let code = 0;
  await (desktop?.stop(graceMs) ?? Promise.resolve()).catch(() => (code = 1));
  await release?.().catch(() => undefined);
  app.exit(code);
}

run().catch(async (error: unknown) => {
  const { message, hint } =
    error instanceof Failure
      ? error
      : { message: 'Chatelaine could not be started.', hint: error instanceof Error ? error.message : '' };
  process.stderr.write(`${message}\n${hint}\n`);
  if (!options.hidden) dialog.showErrorBox(message, hint);
  await release?.();
  app.exit(error instanceof Failure && error.code === 'already-running' ? placeTaken : 1);
});
