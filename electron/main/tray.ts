import { app, Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import { badge, sentence, type TrayStatus } from './tray-status.ts';

export interface StatusTray {
  tell(status: TrayStatus): void;
  close(): void;
}

export interface TrayActions {
  show(route?: string): void;
  /** Opens the window that asks, also when the person has closed it. */
  answer(): void;
  lock(): void;
  quit(): void;
}

/** The mark in the system's tray or menu bar: locked or not, who waits, what is due. Null where there is no tray. */
export function createTray(
  icons: { normal: string; locked: string; attention: string },
  act: TrayActions,
): StatusTray | null {
  const images = {
    normal: nativeImage.createFromPath(icons.normal),
    locked: nativeImage.createFromPath(icons.locked),
    attention: nativeImage.createFromPath(icons.attention),
  };
  // macOS draws template images in the bar's own colour.
  if (process.platform === 'darwin') for (const image of Object.values(images)) image.setTemplateImage(true);
  let tray: Tray;
  try {
    tray = new Tray(images.normal);
  } catch {
    return null;
  }
  tray.on('click', () => act.show());

  return {
    tell(status) {
      tray.setImage(badge(status) > 0 ? images.attention : status.name === 'locked' ? images.locked : images.normal);
      tray.setToolTip(sentence(status));
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: sentence(status), enabled: false },
          { type: 'separator' },
          ...offers(status, act),
          { type: 'separator' },
          { label: status.name === 'ending' ? 'Quit now' : 'Quit Chatelaine', click: act.quit },
        ]),
      );
      app.setBadgeCount(badge(status));
    },
    close: () => tray.destroy(),
  };
}

function offers(status: TrayStatus, act: TrayActions): MenuItemConstructorOptions[] {
  if (status.name === 'ending') return [];
  const open: MenuItemConstructorOptions = { label: 'Open Chatelaine', click: () => act.show() };
  switch (status.name) {
    case 'setup':
      return [open];
    case 'locked':
      return [open, { label: 'Unlock', click: () => act.show() }];
    case 'open':
      return [
        open,
        ...(status.approvals > 0 ? [{ label: 'Answer approvals', click: act.answer }] : []),
        ...(status.due > 0 ? [{ label: 'Show what is due', click: () => act.show('#/') }] : []),
        { label: 'Lock', click: act.lock },
      ];
  }
}
