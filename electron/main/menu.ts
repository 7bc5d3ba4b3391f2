import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** The application's menu. Each entry is an action of the page too, with the same name. */
export function setMenu(act: { show(route?: string): void; lock(): void; quit(): void }): void {
  const go = (label: string, route: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => act.show(route),
  });
  const isMac = process.platform === 'darwin';
  const own: MenuItemConstructorOptions[] = [
    go('Settings', '#/settings', 'CmdOrCtrl+,'),
    { label: 'Lock', accelerator: 'CmdOrCtrl+Shift+L', click: act.lock },
    { type: 'separator' },
    { label: 'Quit Chatelaine', accelerator: 'CmdOrCtrl+Q', click: act.quit },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: isMac ? app.name : 'File',
        submenu: isMac ? [{ role: 'about' }, { type: 'separator' }, ...own] : own,
      },
      { role: 'editMenu' },
      {
        label: 'Go',
        submenu: [
          go('Home', '#/', 'CmdOrCtrl+1'),
          go('Credentials', '#/credentials', 'CmdOrCtrl+2'),
          go('Clients', '#/clients', 'CmdOrCtrl+3'),
          go('Approvals', '#/approvals', 'CmdOrCtrl+4'),
          go('Activity', '#/activity', 'CmdOrCtrl+5'),
          go('Servers', '#/servers', 'CmdOrCtrl+6'),
        ],
      },
      {
        label: 'View',
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'togglefullscreen' },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        ],
      },
      { role: 'windowMenu' },
    ]),
  );
}
