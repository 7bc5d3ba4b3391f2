import { Notification } from 'electron';
import type { DesktopPorts } from './desktop-host.ts';

/** Native notifications, whose click opens the credential that they are about. Null where the system shows none. */
export function createNotices(icon: string, open: (credential: string) => void): DesktopPorts['notify'] {
  if (!Notification.isSupported()) return null;
  // One that nothing holds on to is collected, and its click with it.
  const shown = new Set<Notification>();
  return ({ title, body, credential }) => {
    const notice = new Notification({ title, body, icon });
    shown.add(notice);
    notice.on('click', () => {
      shown.delete(notice);
      open(credential);
    });
    notice.on('close', () => shown.delete(notice));
    notice.show();
  };
}
