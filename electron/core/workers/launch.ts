/** How a child ended. `code` is null when a signal ended it. */
export interface ChildExit {
  code: number | null;
  signal: string | null;
}

/** A running child with its private channel. Messages are structured clones (`serialization: 'advanced'`). */
export interface Child {
  readonly pid: number | undefined;
  /** Resolves when the message is handed to the channel; rejects when the child is gone. */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; also when the program could not be started at all. */
  onExit(listener: (exit: ChildExit) => void): void;
  /** SIGKILL (TerminateProcess on Windows). Idempotent. */
  kill(): void;
}

export interface ChildProgram {
  /** File name of the bundle in the code folder, e.g. `akamai-worker.cjs`; its hash is compared before it is run. */
  bundle: string;
  /** Lets the child load native addons, which makes the permission model advisory for it. */
  allowAddons?: boolean;
  /** Works on many values at once, so its peak speed counts for more than its memory. */
  isBusy?: boolean;
  /** Gives the child a private folder that it may write to, named in CHATELAINE_SCRATCH and removed when it has ended. */
  hasScratch?: boolean;
  /** Variables beside the allow-list, e.g. the session bus address for the keychain broker. Never a secret. */
  environment?: Readonly<Record<string, string>>;
}

/**
 * Starts a program of ours on the shipped runtime: clean descriptors, allow-listed environment, no inspector, no core
 * dump, permission model (facts: docs/ARCHITECTURE.md). The child dies with the host because its channel closes.
 */
export type Launch = (program: ChildProgram) => Child;
