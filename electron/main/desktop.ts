import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, session } from 'electron';
import type { App } from '../core/app.ts';
import { systemClock } from '../core/clock.ts';
import type { Answer, Requester } from '../core/contract/dispatch.ts';
import type { ChangeKey, Output, ProcedureName } from '../core/contract/procedures.ts';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import { createDurableFiles } from '../core/files/durable-file.ts';
import { oneAtATime } from '../core/files/one-at-a-time.ts';
import { createLaunch } from '../platform/child-launch.ts';
import { demoPassphrase, startDemo } from '../platform/demo.ts';
import { createHost } from '../platform/host.ts';
import { listenLocally } from '../platform/local-socket.ts';
import { createLogFile } from '../platform/log-file.ts';
import { readPageFiles } from '../platform/page-files.ts';
import { passphraseFromFile } from '../platform/passphrase.ts';
import { assertShipped } from '../platform/shipped-files.ts';
import { chooseVault, rememberVault, type VaultKind } from '../platform/vault-choice.ts';
import { assertPassphrase, desktopPorts, idleMs, storeChoices } from './desktop-host.ts';
import { hardenWindows } from './hardening.ts';
import { serveIpc, tellWindows } from './ipc.ts';
import { setMenu } from './menu.ts';
import { createNotices } from './notices.ts';
import type { DesktopOptions } from './options.ts';
import { servePage } from './page-protocol.ts';
import { appPaths, ownCommand } from './paths.ts';
import { watchSession } from './session-watch.ts';
import { createSetup } from './setup.ts';
import { createTray } from './tray.ts';
import { createWindows } from './windows.ts';

export interface Desktop {
  show(route?: string): void;
  /** Ends everything that was started; calls under way are given `graceMs`. Called again, no more than that from then. */
  stop(graceMs: number): Promise<void>;
}

/** The running desktop app: the host, its windows, tray and notifications. The data folder is ours alone by now. */
export async function startDesktop(options: DesktopOptions, home: string): Promise<Desktop> {
  const paths = appPaths();
  const files = createDurableFiles();
  const log = createLogFile(home);
  // A defect in a callback is a line in the log: neither the end of everybody's calls nor a window with a stack in it.
  for (const event of ['unhandledRejection', 'uncaughtException'] as const)
    process.on(event, (error) => void log.error('host.unhandled', error));
  const launch = createLaunch({
    runtime: paths.runtime,
    codeFolder: paths.code,
    hashes: BUNDLE_HASHES,
    scratchFolder: join(home, 'scratch'),
    log,
  });
  let host: App | null = null;
  const hasHost = (): boolean => host !== null;
  let endDemo = async (): Promise<void> => undefined;

  // Nothing of the page outlives the process: no cache, no storage on disk.
  const pages = session.fromPartition('pages');
  hardenWindows(pages);
  servePage(pages, await readPageFiles(paths.page));
  const icon = (name: string): string => join(paths.icons, `${name}.png`);
  const windows = createWindows({ session: pages, preload: paths.preload, icon: icon('app'), home, files });
  const act = {
    show: windows.show,
    answer: windows.focusApprovals,
    lock: () => void ask('host.lock', {}),
    quit: () => app.quit(),
  };
  setMenu(act);
  const tray = createTray(
    { normal: icon('tray'), locked: icon('tray-locked'), attention: icon('tray-attention') },
    act,
  );
  tray?.tell({ name: 'setup' });

  const byUs: Requester = { transport: 'ipc', proof: null };
  async function ask<Name extends ProcedureName>(name: Name, input: object): Promise<Output<Name> | null> {
    const answer = await host?.dispatch(name, input, byUs);
    // The generic seam: dispatch parsed the output by this very procedure's schema.
    return answer?.ok ? (answer.output as Output<Name>) : null;
  }

  let isEnding = false;
  // One after the other: what is shown last is what was true last.
  const inTurn = oneAtATime();
  async function refresh(keys: readonly ChangeKey[]): Promise<void> {
    if (isEnding) return;
    if (keys.includes('settings'))
      nativeTheme.themeSource = (await ask('settings.get', {}))?.appearance.theme ?? 'system';
    if (!keys.some((key) => key === 'approvals' || key === 'host' || key === 'reminders' || key === 'credentials'))
      return;
    const status = await ask('host.status', {});
    const approvals = status?.locked ? [] : ((await ask('approvals.list', {})) ?? []);
    const due = status?.locked ? [] : ((await ask('reminders.list', {})) ?? []);
    if (approvals.length > 0 && keys.includes('approvals')) windows.showApprovals();
    if (approvals.length === 0) windows.hideApprovals();
    const overdue = due.filter(({ state }) => state === 'overdue').length;
    tray?.tell(
      status?.locked === false ? { name: 'open', approvals: approvals.length, due: overdue } : { name: 'locked' },
    );
  }

  const openCredential = (name: string): void => windows.show(`#/credentials/${encodeURIComponent(name)}`);

  async function startHost(wanted: VaultKind | null, passphrase: Secret | null): Promise<void> {
    await assertShipped(paths.shipped, SHIPPED_HASHES);
    const choice = await chooseVault({ home, wanted, files, launch, clock: systemClock, log });
    const started = await createHost({
      home,
      version: APP_VERSION,
      demo: options.demo,
      onDemand: false,
      store: choice.store,
      files,
      log,
      launch,
      codeFolder: paths.code,
      runtime: paths.runtime,
      restart: ownCommand(home, options.demo),
      desktop: { ...desktopPorts(), notify: createNotices(icon('app'), openCredential) },
      openPage: null,
      idleMs,
      listen: listenLocally,
      requestStop: () => setTimeout(() => app.quit(), 50),
    });
    await started.start(passphrase).catch(async (error: unknown) => {
      await started.stop(0);
      throw error;
    });
    await rememberVault(home, choice.kind, files);
    if (options.demo) endDemo = await startDemo(started, paths.code, paths.runtime);
    host = started;
    const tell = (keys: readonly ChangeKey[]): void => {
      tellWindows(keys);
      inTurn(() => refresh(keys)).catch((error: unknown) => void log.error('desktop.refresh-failed', error));
    };
    host.onChange(tell);
    tell(['host', 'credentials', 'clients', 'approvals', 'settings', 'reminders']);
  }

  let isChoosing = false;
  const setup = createSetup({
    stores: () => storeChoices({ home, launch, files, log }),
    async choose(kind, passphrase) {
      assertPassphrase(kind, passphrase);
      if (isChoosing) throw new Failure('already-exists', 'A vault is being made already.', 'Wait a moment.');
      isChoosing = true;
      await startHost(kind, passphrase).finally(() => (isChoosing = false));
    },
    log,
  });
  /** The window is there before the host is: what it asks meanwhile waits. */
  let opening: Promise<void> = Promise.resolve();
  serveIpc(async (name, input, requester): Promise<Answer> => {
    await opening;
    return (host?.dispatch ?? setup)(name, input, requester);
  });

  const endWatch = watchSession((event) => host?.signal(event));

  const isChosen = (await files.read(join(home, 'vault.json'))) !== null;
  if (!options.hidden) windows.show();
  if (options.demo) opening = startHost('file', await demoPassphrase(home, files));
  else if (isChosen || options.vault === 'keychain') opening = startHost(options.vault, await passphraseFromFile());
  await opening;
  // Without a vault a person is needed, whoever started us.
  if (options.hidden && !hasHost()) windows.show();

  async function end(graceMs: number): Promise<void> {
    isEnding = true;
    endWatch();
    await windows.letGo();
    const calls = ((await ask('workers.list', {})) ?? []).reduce((sum, { inFlight }) => sum + inFlight, 0);
    tray?.tell({ name: 'ending', calls });
    await host?.stop(graceMs);
    await endDemo();
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
    await log.close();
  }

  let ending: Promise<void> | null = null;
  return {
    show: windows.show,
    async stop(graceMs) {
      if (ending) await host?.stop(graceMs);
      await (ending ??= end(graceMs));
    },
  };
}
