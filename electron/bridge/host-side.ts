import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { endpointOf, keyFileOf, launchFileOf } from '../core/gateway/endpoint.ts';
import { HandshakeError, introduce } from '../core/gateway/handshake.ts';
import { splitLines, type RequestId } from './lines.ts';

export interface HostListener {
  /** The host has accepted us; `send` may be used from now on. */
  onAttached(): void;
  onLine(line: string): void;
  /** The host sent a message that is longer than we pass on: the id of the request that it answers, if it could be seen. */
  onTooLong(id: RequestId | null): void;
  /** What `send` had to keep is on its way. */
  onDrained(): void;
  /** The connection is gone; what was in flight gets no answer from it. */
  onDetached(): void;
  /** Nobody can be reached for now: a sentence for the person. */
  onAbsent(reason: string): void;
}

export interface HostSide {
  /** Connects if need be, starting a host in the background when none runs. Called whenever a request waits. */
  wake(): void;
  /** False when the host reads more slowly than we send: wait for `onDrained` or `onDetached`. */
  send(line: string): boolean;
  /** Stops and goes on reading what the host says. */
  pause(): void;
  resume(): void;
}

const pollMs = 60;
const startDeadlineMs = 20_000;
const quietRetryMs = 1_000;
const hostLineBytes = 8 << 20;
/** A host that reads nothing for so long is given up, so that we hear when the client ends. */
const stallLimitMs = 10_000;

/** The way to the host: finds it by the data folder, proves itself, starts it when a request waits and none runs. */
export function createHostSide(deps: {
  home: string;
  registration: string;
  provider: string;
  listener: HostListener;
}): HostSide {
  const { home, registration, provider, listener } = deps;
  const { address } = endpointOf(home);
  let socket: Socket | null = null;
  let connecting = false;
  let stall: NodeJS.Timeout | undefined;

  async function attach(): Promise<Socket> {
    const [fresh, key] = await Promise.all([open(address), readFile(keyFileOf(home, registration)).catch(() => null)]);
    if (!key) {
      fresh.destroy();
      throw new Refusal(
        'This client is not registered with Chatelaine any more. Register it again: `chatelaine register`.',
      );
    }
    await introduce(fresh, { id: registration, purpose: provider }, key, address).catch((error: unknown) => {
      if (!(error instanceof HandshakeError) || error.kind === 'broken') throw error;
      throw new Refusal(error.kind === 'impostor' ? `${error.message} ${ifItIsChatelaine}` : error.message);
    });
    return fresh;
  }

  function adopt(fresh: Socket): void {
    socket = fresh;
    const limit = { bytes: hostLineBytes, onTooLong: listener.onTooLong };
    fresh.on(
      'data',
      splitLines((line) => listener.onLine(line), limit),
    );
    fresh.on('error', () => undefined);
    fresh.on('drain', () => {
      clearTimeout(stall);
      listener.onDrained();
    });
    fresh.on('close', () => {
      if (socket !== fresh) return;
      socket = null;
      clearTimeout(stall);
      listener.onDetached();
      setTimeout(quietly, quietRetryMs).unref();
    });
    fresh.resume();
    listener.onAttached();
  }

  /** After a restart of the host we want to be attached again, but nobody asked, so nothing is started for it. */
  function quietly(): void {
    if (socket || connecting) return;
    connecting = true;
    attach()
      .then(adopt, () => void setTimeout(quietly, quietRetryMs).unref())
      .finally(() => (connecting = false));
  }

  async function attachOrStart(): Promise<void> {
    const deadline = Date.now() + startDeadlineMs;
    let started = false;
    for (;;) {
      try {
        adopt(await attach());
        return;
      } catch (error) {
        if (error instanceof Refusal) {
          listener.onAbsent(error.message);
          return;
        }
        if (!started) started = await startHost(home);
        if (!started || Date.now() > deadline) {
          listener.onAbsent(error instanceof HandshakeError ? doesNotAnswer : notRunning);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    }
  }

  return {
    wake() {
      if (socket || connecting) return;
      connecting = true;
      void attachOrStart().finally(() => (connecting = false));
    },
    send(line) {
      const to = socket;
      if (!to || to.write(`${line}\n`)) return true;
      clearTimeout(stall);
      stall = setTimeout(() => to.destroy(), stallLimitMs).unref();
      return false;
    },
    pause: () => void socket?.pause(),
    resume: () => void socket?.resume(),
  };
}

const ifItIsChatelaine = 'If `chatelaine status` finds Chatelaine there, register this client again.';
const notRunning = 'Chatelaine is not running and could not be started. Open it (`chatelaine serve`), then try again.';
const doesNotAnswer =
  'Something is there at the address of Chatelaine, but it does not answer. Look with `chatelaine status`; end a host that hangs, then try again.';

/** The host answered and will not have us; starting another one would not help. */
class Refusal extends Error {}

const open = (address: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

/** Each host writes down at its start how it can be started again. False when none ever ran for this data folder. */
async function startHost(home: string): Promise<boolean> {
  try {
    const { command, args, environment } = JSON.parse(await readFile(launchFileOf(home), 'utf8')) as Launch;
    const env = { ...environment, ...inherited(), CHATELAINE_HOME: home };
    // Loaded when it is needed: a bridge that finds its host starts some milliseconds sooner without it.
    const { spawn } = await import('node:child_process');
    const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsHide: true, env });
    child.on('error', () => undefined);
    child.unref();
    return true;
  } catch {
    return false;
  }
}

/** What each host writes down; `environment` is the way to the person's session as that host had it. */
interface Launch {
  command: string;
  args: string[];
  environment: Record<string, string>;
}

/** A client may have set anything for us; the host gets what it needs to be somebody's program, and nothing else. */
function inherited(): NodeJS.ProcessEnv {
  const wanted =
    /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SystemRoot|windir|APPDATA|LOCALAPPDATA|USERPROFILE|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_.*|DBUS_SESSION_BUS_ADDRESS)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)));
}
