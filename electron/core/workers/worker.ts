import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import { createHandOver, wipe, workerEnded, type Lent } from './hand-over.ts';
import type { Child, ChildProgram, Launch } from './launch.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';
import { createRequests, type RequestOptions } from './requests.ts';

/** A worker's life. `backing-off` refuses calls until `untilMs`; `failed` needs a person (or an edited credential). */
export type WorkerState =
  | { name: 'stopped' }
  | { name: 'starting' }
  | { name: 'ready' }
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
  /** Null until its first start. */
  startedAtMs: number | null;
}

export interface CallOptions extends RequestOptions {
  /** What the person typed for this very call; see Plan.asks. */
  typed?: Uint8Array;
}

/** What a worker is started with: its program and a way to read the credential at that moment. */
export interface WorkerSource {
  programOf(credentialId: string): ChildProgram;
  credentialOf(credentialId: string): Promise<Lent>;
}

export interface WorkerDeps {
  launch: Launch;
  source: WorkerSource;
  clock: Clock;
  log: Log;
  onChange?: () => void;
  onCrash?: (credentialId: string, how: string) => void;
  /** Called before a child is started, so that another one can make room. */
  onStart?: () => void;
}

/** The worker of one credential: at most one child process, started when it is needed. */
export interface Worker {
  request(message: (id: number) => HostMessage, options: CallOptions): Promise<WorkerMessage>;
  /** Hands the stored credential, as it is now, to the child if one runs (or ends it); ends back-off and `failed`. */
  refresh(): Promise<void>;
  end(): void;
  status(): WorkerStatus;
  lastUsedMs(): number;
}

const idleMs = 5 * 60_000;
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
const crashesUntilFailed = 6;

export function createWorker(credentialId: string, deps: WorkerDeps): Worker {
  const { launch, source, clock, log } = deps;
  const requests = createRequests(clock);
  const handOver = createHandOver(clock);
  let state: WorkerState = { name: 'stopped' };
  let child: Child | null = null;
  /** Settles when the child has its credential and may be called. */
  let ready: Promise<void> | null = null;
  let lastStart = 0;
  let calls = 0;
  let restarts = 0;
  let crashes = 0;
  let lastError: string | null = null;
  let startedAtMs: number | null = null;
  let isSilent = false;
  let lastUsedMs = clock.now();
  let cancelIdle = (): void => undefined;

  function setState(next: WorkerState): void {
    state = next;
    deps.onChange?.();
  }

  function whenReady(): Promise<void> {
    switch (state.name) {
      case 'starting':
      case 'ready':
        return ready ?? start();
      case 'stopped':
        return start();
      case 'backing-off': {
        const waitMs = state.untilMs - clock.now();
        if (waitMs <= 0) return start();
        throw new Failure(
          'worker-failed',
          `The worker for this credential has crashed ${state.crashes} times and is paused for ${Math.ceil(waitMs / 1000)} s.`,
          'Try again after the pause. `chatelaine doctor` shows the last error.',
        );
      }
      case 'failed':
        throw new Failure('worker-failed', state.reason, 'Edit or test the credential, or restart Chatelaine.');
    }
  }

  function start(): Promise<void> {
    deps.onStart?.();
    const starting = launchAndHandOver();
    ready = starting;
    starting.catch(() => {
      // An end or a crash in between has already tidied up, and perhaps started anew.
      if (ready !== starting) return;
      child?.kill();
      child = null;
      ready = null;
      if (state.name === 'starting') setState({ name: 'stopped' });
    });
    return starting;
  }

  async function launchAndHandOver(): Promise<void> {
    const own = ++lastStart;
    setState({ name: 'starting' });
    const credential = await source.credentialOf(credentialId);
    // A lock, a removal or a newer start has overtaken this one: it launches nothing.
    if (own !== lastStart) {
      wipe(credential);
      throw workerEnded();
    }
    const started = launch(source.programOf(credentialId));
    child = started;
    startedAtMs = clock.now();
    started.onMessage((message) => onMessage(message as WorkerMessage));
    started.onExit((exit) => onExit(started, exit.signal ?? `code ${exit.code ?? '?'}`));
    await handOver.give(started, credential);
    setState({ name: 'ready' });
  }

  function onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'accepted':
        handOver.accepted(message.generation);
        return;
      case 'planned':
      case 'result':
        // A worker that answers is well again, so its next crash starts a new count.
        crashes = 0;
        requests.onMessage(message);
        return;
      case 'progress':
      case 'failed':
        requests.onMessage(message);
        return;
      case 'log':
        log[message.level === 'info' ? 'info' : 'warn'](`worker.${message.event}`, {
          credentialId,
          facts: JSON.stringify(message.fields).slice(0, 2_000),
        });
    }
  }

  function onExit(ended: Child, how: string): void {
    if (child !== ended) return;
    child = null;
    ready = null;
    cancelIdle();
    requests.failAll();
    crashes += 1;
    restarts += 1;
    lastError = isSilent ? 'did not answer in time' : `ended by itself (${how})`;
    isSilent = false;
    deps.onCrash?.(credentialId, lastError);
    log.warn('worker.exit', { credentialId, how, crashes });
    if (crashes >= crashesUntilFailed) {
      setState({ name: 'failed', reason: `The worker for this credential crashed ${crashes} times in a row.` });
      return;
    }
    // The first crash restarts at once; a worker that keeps crashing is given ever longer pauses.
    const pauseMs = crashes === 1 ? 0 : Math.min(firstBackoffMs * 2 ** (crashes - 2), longestBackoffMs);
    setState({ name: 'backing-off', untilMs: clock.now() + pauseMs, crashes });
  }

  /** Ends a child that does not answer; its next call starts another one, and all that waited for it are told. */
  function giveUpOn(silent: Child): void {
    isSilent = true;
    silent.kill();
  }

  function end(): void {
    cancelIdle();
    const ending = child;
    child = null;
    ready = null;
    crashes = 0;
    lastStart += 1;
    setState({ name: 'stopped' });
    requests.failAll();
    ending?.kill();
  }

  function armIdle(): void {
    cancelIdle();
    cancelIdle = clock.after(idleMs, () => {
      if (requests.size === 0) end();
    });
  }

  return {
    async request(message, options) {
      options.signal?.throwIfAborted();
      lastUsedMs = clock.now();
      cancelIdle();
      await whenReady();
      options.signal?.throwIfAborted();
      const own = child;
      if (!own) throw workerEnded();
      calls += 1;
      try {
        return await requests.send(own, message, options, () => giveUpOn(own));
      } finally {
        lastUsedMs = clock.now();
        if (requests.size === 0 && child) armIdle();
      }
    },
    async refresh() {
      if (state.name === 'failed' || state.name === 'backing-off') setState({ name: 'stopped' });
      crashes = 0;
      await ready?.catch(() => undefined);
      if (!child) return;
      // A worker that does not take the new credential must not go on with the old one.
      await handOver.give(child, await source.credentialOf(credentialId)).catch((error: unknown) => {
        log.warn('worker.refresh-failed', { credentialId, why: error instanceof Error ? error.message : '' });
        end();
      });
    },
    end,
    status: () => ({
      credentialId,
      state,
      pid: child?.pid ?? null,
      calls,
      inFlight: requests.size,
      restarts,
      lastError,
      startedAtMs,
    }),
    lastUsedMs: () => lastUsedMs,
  };
}
