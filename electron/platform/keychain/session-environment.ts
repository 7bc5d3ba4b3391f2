import { existsSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the broker needs to find the session's keychain and to show its prompt; nothing else of our environment. */
export const sessionEnvironment = (environment: Environment): Record<string, string> => {
  const names = ['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'XAUTHORITY'];
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  // A service or an ssh login often lacks the variable although the user's bus is there.
  const bus = `/run/user/${process.getuid?.() ?? ''}/bus`;
  if (found.DBUS_SESSION_BUS_ADDRESS === undefined && process.platform === 'linux' && existsSync(bus)) {
    found.DBUS_SESSION_BUS_ADDRESS = `unix:path=${bus}`;
  }
  return found;
};

/** Whether a person could be looking at a prompt of the keychain. */
export const promptMayShow = (environment: Environment): boolean => {
  if (process.platform === 'darwin') return environment.SSH_CONNECTION === undefined;
  return process.platform === 'linux' && Boolean(environment.DISPLAY ?? environment.WAYLAND_DISPLAY);
};
