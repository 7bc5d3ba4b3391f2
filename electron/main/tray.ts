import { app, Menu, nativeImage, Tray } from 'electron';

/** What the tray says at a glance. */
export interface TrayStatus {
  locked: boolean;
  approvals: number;
  /** Credentials that are overdue. */
  due: number;
}

export interface StatusTray {
  tell(status: TrayStatus): void;
  close(): void;
}

/** The mark in the system's tray or menu bar: locked or not, who waits, what is due. Null where there is no tray. */
export function createTray(
  icons: { normal: string; locked: string; attention: string },
  act: { show(route?: string): void; lock(): void; quit(): void },
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
      const { locked, approvals, due } = status;
      tray.setImage(approvals + due > 0 ? images.attention : locked ? images.locked : images.normal);
      tray.setToolTip(sentence(status));
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: sentence(status), enabled: false },
          { type: 'separator' },
          { label: 'Open Chatelaine', click: () => act.show() },
          ...(approvals > 0 ? [{ label: 'Answer approvals', click: () => act.show('#/approvals') }] : []),
          ...(due > 0 ? [{ label: 'Show what is due', click: () => act.show('#/') }] : []),
          locked ? { label: 'Unlock', click: () => act.show() } : { label: 'Lock', click: act.lock },
          { type: 'separator' },
          { label: 'Quit Chatelaine', click: act.quit },
        ]),
      );
      app.setBadgeCount(approvals + due);
    },
    close: () => tray.destroy(),
  };
}

export function sentence({ locked, approvals, due }: TrayStatus): string {
  if (locked) return 'Chatelaine is locked';
  const parts = [
    approvals > 0 ? `${approvals} ${approvals === 1 ? 'approval waits' : 'approvals wait'}` : '',
    due > 0 ? `${due} overdue` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `Chatelaine: ${parts.join(', ')}` : 'Chatelaine: all is well';
}
