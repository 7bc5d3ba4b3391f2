import { Failure, isFailureCode } from '../failure.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Child, Launch } from './launch.ts';
import type { CredentialMessage, HostMessage, JsonObject, Plan, ToolOutcome, WorkerMessage } from './protocol.ts';

/** A worker's life. `backing-off` refuses calls until `untilMs`; `failed` needs a person (or an edited credential). */
export type WorkerState =
  | { name: 'stopped' }
  | { name: 'starting'; sinceMs: number }
  | { name: 'ready'; sinceMs: number }
  | { name: 'backing-off'; untilMs: number; crashes: number }
  | { name: 'failed'; reason: string };

export interface WorkerStatus {
  credentialId: string;
  state: WorkerState;
  pid: number | null;
  calls: number;
  inFlight: number;
  restarts: number;
  lastError: string | null;
}

export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** What a worker is started with: its bundle and a way to read the credential at that moment. */
export interface WorkerSource {
  bundleOf(credentialId: string): string;
  credentialOf(credentialId: string): Promise<Omit<CredentialMessage, 'type' | 'generation'>>;
}

export interface Supervisor {
  plan(credentialId: string, tool: string, args: JsonObject, options?: CallOptions): Promise<Plan>;
  call(
    credentialId: string,
    tool: string,
    args: JsonObject,
    plan: Plan | null,
    options?: CallOptions,
  ): Promise<ToolOutcome>;
  /** Hands the stored credential, as it is now, to its worker if one runs; calls in flight keep the old one. */
  refresh(credentialId: string): Promise<void>;
  stop(credentialId: string): Promise<void>;
  /** Waits up to `graceMs` for calls in flight, then kills. Later calls start workers again. */
  stopAll(graceMs: number): Promise<void>;
  status(): WorkerStatus[];
}

const idleMs = 5 * 60_000;
const acceptDeadlineMs = 10_000;
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
const crashesUntilFailed = 6;
/** Workers kept warm at most; the one unused for longest goes first. */
const warmLimit = 32;

type Pending = {
  resolve: (message: WorkerMessage) => void;
  reject: (error: Error) => void;
  onProgress?: ((progress: Progress) => void) | undefined;
};

interface Worker {
  credentialId: string;
  state: WorkerState;
  child: Child | null;
  /** Settles when the child has its credential and may be called. */
  ready: Promise<void> | null;
  /** Grows with each start and end, so that a start that was overtaken while it waited launches nothing any more. */
  turn: number;
  generation: number;
  accepted: Map<number, () => void>;
  pending: Map<number, Pending>;
  calls: number;
  restarts: number;
  crashes: number;
  lastError: string | null;
  lastUsedMs: number;
  cancelIdle: () => void;
}

/**
 * Owns every worker: one child process per credential in use, started at its first call with the credential handed
 * over its private channel, stopped when idle, restarted with growing pauses when it crashes, killed with the host.
 */
export function createSupervisor(deps: {
  launch: Launch;
  source: WorkerSource;
  clock: Clock;
  log: Log;
  onChange?: () => void;
  onCrash?: (credentialId: string, how: string) => void;
}): Supervisor {
  const { launch, source, clock, log } = deps;
  const workers = new Map<string, Worker>();
  let lastRequestId = 0;

  async function request(
    credentialId: string,
    message: (id: number) => HostMessage,
    options: CallOptions,
  ): Promise<WorkerMessage> {
    options.signal?.throwIfAborted();
    const worker = workerOf(credentialId);
    worker.lastUsedMs = clock.now();
    worker.cancelIdle();
    await readyChild(worker);
    options.signal?.throwIfAborted();
    const child = worker.child;
    if (!child) throw workerEnded();
    const id = ++lastRequestId;
    const cancel = (): void => void child.send({ type: 'cancel', id } satisfies HostMessage).catch(() => undefined);
    try {
      worker.calls += 1;
      return await new Promise<WorkerMessage>((resolve, reject) => {
        worker.pending.set(id, { resolve, reject, onProgress: options.onProgress });
        options.signal?.addEventListener(
          'abort',
          () => {
            cancel();
            reject(new Failure('cancelled', 'The call was cancelled.', 'Nothing more to do.'));
          },
          { once: true },
        );
        child.send(message(id)).catch((error: unknown) => reject(workerEnded(error)));
      });
    } finally {
      worker.pending.delete(id);
      worker.lastUsedMs = clock.now();
      if (worker.pending.size === 0) armIdle(worker);
    }
  }

  function workerOf(credentialId: string): Worker {
    const known = workers.get(credentialId);
    if (known) return known;
    const worker: Worker = {
      credentialId,
      state: { name: 'stopped' },
      child: null,
      ready: null,
      turn: 0,
      generation: 0,
      accepted: new Map(),
      pending: new Map(),
      calls: 0,
      restarts: 0,
      crashes: 0,
      lastError: null,
      lastUsedMs: clock.now(),
      cancelIdle: () => undefined,
    };
    workers.set(credentialId, worker);
    return worker;
  }

  function readyChild(worker: Worker): Promise<void> {
    switch (worker.state.name) {
      case 'ready':
      case 'starting':
        return worker.ready ?? start(worker);
      case 'stopped':
        return start(worker);
      case 'backing-off': {
        const waitMs = worker.state.untilMs - clock.now();
        if (waitMs <= 0) return start(worker);
        throw new Failure(
          'worker-failed',
          `The worker for this credential has crashed ${worker.state.crashes} times and is paused for ${Math.ceil(waitMs / 1000)} s.`,
          'Try again after the pause. `chatelaine doctor` shows the last error.',
        );
      }
      case 'failed':
        throw new Failure('worker-failed', worker.state.reason, 'Edit or test the credential, or restart Chatelaine.');
    }
  }

  function start(worker: Worker): Promise<void> {
    makeRoom(worker);
    const turn = ++worker.turn;
    worker.ready = launchAndHandOver(worker, turn).catch((error: unknown) => {
      if (worker.turn !== turn) throw error;
      worker.child?.kill();
      worker.child = null;
      worker.ready = null;
      if (worker.state.name === 'starting') setState(worker, { name: 'stopped' });
      throw error;
    });
    return worker.ready;
  }

  async function launchAndHandOver(worker: Worker, turn: number): Promise<void> {
    setState(worker, { name: 'starting', sinceMs: clock.now() });
    const credential = await source.credentialOf(worker.credentialId);
    if (worker.turn !== turn) {
      for (const bytes of Object.values(credential.secrets)) bytes.fill(0);
      throw workerEnded();
    }
    const child = launch({ bundle: source.bundleOf(worker.credentialId) });
    worker.child = child;
    child.onMessage((message) => onMessage(worker, message as WorkerMessage));
    child.onExit((exit) => onExit(worker, child, exit.signal ?? `code ${exit.code ?? '?'}`));
    await handOver(worker, child, credential);
    setState(worker, { name: 'ready', sinceMs: clock.now() });
  }

  async function handOver(
    worker: Worker,
    child: Child,
    credential: Omit<CredentialMessage, 'type' | 'generation'>,
  ): Promise<void> {
    const generation = ++worker.generation;
    let cancelDeadline = (): void => undefined;
    const accepted = new Promise<void>((resolve, reject) => {
      worker.accepted.set(generation, resolve);
      cancelDeadline = clock.after(acceptDeadlineMs, () =>
        reject(new Failure('worker-failed', 'The worker did not start in time.', 'Try again.')),
      );
      child.onExit(() => reject(workerEnded()));
    });
    try {
      await child.send({ type: 'credential', generation, ...credential } satisfies HostMessage);
      for (const bytes of Object.values(credential.secrets)) bytes.fill(0);
      await accepted;
    } finally {
      cancelDeadline();
      worker.accepted.delete(generation);
    }
  }

  function onMessage(worker: Worker, message: WorkerMessage): void {
    switch (message.type) {
      case 'accepted':
        worker.accepted.get(message.generation)?.();
        return;
      case 'progress':
        worker.pending.get(message.id)?.onProgress?.(message);
        return;
      case 'failed': {
        const { code, message: text, hint } = message.error;
        worker.pending.get(message.id)?.reject(new Failure(isFailureCode(code) ? code : 'worker-failed', text, hint));
        return;
      }
      case 'planned':
      case 'result':
        // A worker that answers is well again, so its next crash starts a new count.
        worker.crashes = 0;
        worker.pending.get(message.id)?.resolve(message);
        return;
      case 'log':
        log[message.level === 'info' ? 'info' : 'warn'](`worker.${message.event}`, {
          credentialId: worker.credentialId,
          facts: JSON.stringify(message.fields).slice(0, 2_000),
        });
    }
  }

  function onExit(worker: Worker, child: Child, how: string): void {
    if (worker.child !== child) return;
    worker.child = null;
    worker.ready = null;
    worker.cancelIdle();
    for (const pending of [...worker.pending.values()]) pending.reject(workerEnded());
    if (worker.state.name === 'stopped') return;
    worker.crashes += 1;
    worker.restarts += 1;
    worker.lastError = `ended by itself (${how})`;
    deps.onCrash?.(worker.credentialId, worker.lastError);
    log.warn('worker.exit', { credentialId: worker.credentialId, how, crashes: worker.crashes });
    if (worker.crashes >= crashesUntilFailed) {
      setState(worker, {
        name: 'failed',
        reason: `The worker for this credential crashed ${worker.crashes} times in a row.`,
      });
      return;
    }
    // The first crash restarts at once; a worker that keeps crashing is given ever longer pauses.
    const pauseMs = worker.crashes === 1 ? 0 : Math.min(firstBackoffMs * 2 ** (worker.crashes - 2), longestBackoffMs);
    setState(worker, { name: 'backing-off', untilMs: clock.now() + pauseMs, crashes: worker.crashes });
  }

  function armIdle(worker: Worker): void {
    worker.cancelIdle();
    worker.cancelIdle = clock.after(idleMs, () => {
      if (worker.pending.size === 0) end(worker);
    });
  }

  function makeRoom(newcomer: Worker): void {
    const warm = [...workers.values()].filter((worker) => worker !== newcomer && worker.child !== null);
    if (warm.length < warmLimit) return;
    const idle = warm.filter((worker) => worker.pending.size === 0 && worker.state.name === 'ready');
    const oldest = idle.sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
    if (oldest) end(oldest);
  }

  function end(worker: Worker): void {
    worker.cancelIdle();
    worker.turn += 1;
    const child = worker.child;
    setState(worker, { name: 'stopped' });
    worker.crashes = 0;
    worker.child = null;
    worker.ready = null;
    for (const pending of [...worker.pending.values()]) pending.reject(workerEnded());
    child?.kill();
  }

  function setState(worker: Worker, state: WorkerState): void {
    worker.state = state;
    deps.onChange?.();
  }

  return {
    async plan(credentialId, tool, args, options = {}) {
      const answer = await request(credentialId, (id) => ({ type: 'plan', id, tool, args }), options);
      if (answer.type !== 'planned') throw new Failure('internal', 'The worker gave no plan.', 'Report this.');
      return answer.plan;
    },
    async call(credentialId, tool, args, plan, options = {}) {
      const answer = await request(credentialId, (id) => ({ type: 'call', id, tool, args, plan }), options);
      if (answer.type !== 'result') throw new Failure('internal', 'The worker gave no result.', 'Report this.');
      return answer.outcome;
    },
    async refresh(credentialId) {
      const worker = workers.get(credentialId);
      if (!worker) return;
      if (worker.state.name === 'failed' || worker.state.name === 'backing-off') setState(worker, { name: 'stopped' });
      worker.crashes = 0;
      await worker.ready?.catch(() => undefined);
      if (worker.child) await handOver(worker, worker.child, await source.credentialOf(credentialId));
    },
    async stop(credentialId) {
      const worker = workers.get(credentialId);
      if (worker) end(worker);
      workers.delete(credentialId);
    },
    async stopAll(graceMs) {
      const deadline = clock.now() + graceMs;
      const isBusy = (): boolean => [...workers.values()].some((worker) => worker.pending.size > 0);
      while (isBusy() && clock.now() < deadline) await new Promise<void>((resolve) => clock.after(25, resolve));
      for (const worker of workers.values()) end(worker);
      workers.clear();
    },
    status: () =>
      [...workers.values()].map((worker) => ({
        credentialId: worker.credentialId,
        state: worker.state,
        pid: worker.child?.pid ?? null,
        calls: worker.calls,
        inFlight: worker.pending.size,
        restarts: worker.restarts,
        lastError: worker.lastError,
      })),
  };
}

const workerEnded = (cause?: unknown): Failure =>
  new Failure(
    'worker-failed',
    'The worker for this credential ended while the call ran. Whether the call took effect is not known.',
    'Look before you repeat a call that changes something; a call that only reads can simply be repeated.',
    { cause },
  );
