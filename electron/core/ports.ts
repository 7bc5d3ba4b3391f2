import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import type { Machine } from './clients/machine.ts';
import type { StableRuntime } from './clients/stable-runtime.ts';
import type { EntryProbe } from './clients/verify.ts';
import type { Clipboard } from './credentials/secret-handlers.ts';
import type { SecretStore } from './credentials/secret-store.ts';
import type { DurableFiles } from './files/durable-file.ts';
import type { Catalogue } from './gateway/catalogue.ts';
import type { Endpoint } from './gateway/endpoint.ts';
import type { Log } from './log.ts';
import type { Notice } from './rotation/reminders.ts';
import type { Launch } from './workers/launch.ts';
import type { MemoryOf } from './workers/worker-handlers.ts';

/** Everything that the core needs from the world. */
export interface Ports {
  home: string;
  version: string;
  demo: boolean;
  /** Started by a client or a command: it makes room for a desktop app that is opened. */
  onDemand: boolean;
  store: SecretStore;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  launch: Launch;
  catalogue: Catalogue;
  /** How this host can be started again on demand. */
  restart: { command: string; args: readonly string[]; environment: Readonly<Record<string, string>> };
  stableRuntime: StableRuntime;
  machine: Machine;
  probe: EntryProbe;
  listen: (endpoint: Endpoint, onSocket: (socket: Socket) => void) => Promise<{ close(): Promise<void> }>;
  requestStop: () => void;
  /** Since when nobody touched this machine, in ms; null where that is not known, as in a headless host. */
  idleMs: () => number | null;
  memoryOf: MemoryOf;
  /** A new one-time address of the host's page; null where a window is the page. */
  openPage: (() => string) | null;
  /** The person's own folder. */
  personFolder: string;
  /** What only a desktop has; null in a headless host. */
  desktop: {
    /** How the system asks for fingerprint, face or password just now; null where it cannot. */
    authenticate: () => ((reason: string) => Promise<boolean>) | null;
    clipboard: Clipboard;
    /** Shows a native notification; what a click on it opens is the shell's business. Null where the system has none. */
    notify: ((notice: Notice) => void) | null;
  } | null;
}
