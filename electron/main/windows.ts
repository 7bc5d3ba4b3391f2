import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions, type Session } from 'electron';
import type { DurableFiles } from '../core/files/durable-file.ts';
import { pageOrigin } from './page-protocol.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

/** The main window and the approval window. Closing the main one leaves the host running; quitting is said so. */
export interface Windows {
  /** Brings the main window to the front, at a route such as `#/approvals` if one is given. */
  show(route?: string): void;
  /** Shows that something waits, above all others and without taking the focus from where somebody types. */
  showApprovals(): void;
  /** The same because the person asked for it: with the focus. */
  focusApprovals(): void;
  hideApprovals(): void;
  /** The end: where the main window stands is kept, nothing is shown any more, and a closed window is really closed. */
  letGo(): Promise<void>;
}

export function createWindows(deps: {
  session: Session;
  preload: string;
  icon: string;
  home: string;
  files: DurableFiles;
}): Windows {
  const statePath = join(deps.home, 'window.json');
  let main: BrowserWindow | null = null;
  let approvals: BrowserWindow | null = null;
  let isQuitting = false;

  const shared = (): BrowserWindowConstructorOptions => ({
    show: false,
    icon: deps.icon,
    // The page's own background, so that nothing flashes before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#17160f' : '#fbfaf7',
    webPreferences: {
      preload: deps.preload,
      session: deps.session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
      disableDialogs: true,
    },
  });

  async function saveState(window: BrowserWindow): Promise<void> {
    const state = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    // Where a window stood is not worth a complaint.
    await writeWindowState(statePath, state, deps.files).catch(() => undefined);
  }

  function createMain(route: string): BrowserWindow {
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const { maximized, ...bounds } = readWindowState(statePath, areas);
    const window = new BrowserWindow({ ...shared(), ...bounds, minWidth: 420, minHeight: 480, title: 'Chatelaine' });
    if (maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      if (isQuitting) return;
      event.preventDefault();
      void saveState(window);
      window.hide();
    });
    window.on('closed', () => (main = null));
    // What is left of a page that crashed shows nothing; the next time it is asked for there is a new one.
    window.webContents.on('render-process-gone', () => window.destroy());
    void window.loadURL(`${pageOrigin}/${route}`);
    return window;
  }

  function createApprovals(): BrowserWindow {
    const { workArea } = screen.getPrimaryDisplay();
    const size = { width: 480, height: 400 };
    const window = new BrowserWindow({
      ...shared(),
      ...size,
      x: workArea.x + workArea.width - size.width - 24,
      y: workArea.y + 24,
      minWidth: 420,
      minHeight: 320,
      title: 'Chatelaine: approval',
      alwaysOnTop: true,
      maximizable: false,
      fullscreenable: false,
    });
    window.setMenuBarVisibility(false);
    window.setAlwaysOnTop(true, 'floating');
    window.once('ready-to-show', () => window.showInactive());
    window.on('closed', () => (approvals = null));
    window.webContents.on('render-process-gone', () => window.destroy());
    void window.loadURL(`${pageOrigin}/#/approve`);
    return window;
  }

  return {
    show(route = '') {
      if (isQuitting) return;
      if (!main) {
        main = createMain(route);
        return;
      }
      if (route) void main.loadURL(`${pageOrigin}/${route}`);
      if (main.isMinimized()) main.restore();
      main.show();
      main.focus();
    },
    showApprovals() {
      if (isQuitting) return;
      if (approvals?.isMinimized()) approvals.showInactive();
      approvals ??= createApprovals();
    },
    focusApprovals() {
      approvals ??= createApprovals();
      approvals.show();
      approvals.focus();
    },
    hideApprovals() {
      approvals?.destroy();
      approvals = null;
    },
    async letGo() {
      isQuitting = true;
      for (const window of [main, approvals]) window?.hide();
      if (main) await saveState(main);
    },
  };
}
