import { Failure } from '../failure.ts';
import type { JsonObject, Plan, ToolOutcome } from './protocol.ts';
import {
  createWorker,
  type CallOptions,
  type Worker,
  type WorkerDeps,
  type WorkerSource,
  type WorkerStatus,
} from './worker.ts';

/**
 * Owns every worker: one child process per credential in use, started at its first call with the credential handed over
 * its private channel, stopped when idle, restarted with growing pauses when it crashes, killed with the host.
 */
export interface Supervisor {
  plan(credentialId: string, tool: string, args: JsonObject, options?: CallOptions): Promise<Plan>;
  call(
    credentialId: string,
    tool: string,
    args: JsonObject,
    plan: Plan | null,
    options?: CallOptions,
  ): Promise<ToolOutcome>;
  /** Runs one tool in a worker of its own with a credential that is not stored, and ends that worker. */
  trial(source: WorkerSource, tool: string, deadlineMs: number): Promise<ToolOutcome>;
  /** Hands the stored credential, as it is now, to its worker if one runs; calls in flight keep the old one. */
  refresh(credentialId: string): Promise<void>;
  /** The same for every worker, as when the way to the issuers has changed. */
  refreshAll(): Promise<void>;
  stop(credentialId: string): Promise<void>;
  /** Waits up to `graceMs` for calls in flight, then kills. Later calls start workers again. */
  stopAll(graceMs: number): Promise<void>;
  status(): WorkerStatus[];
}

/** Workers kept warm at most; the one unused for longest goes first. */
const warmLimit = 32;
const drainPollMs = 25;
const planDeadlineMs = 30_000;

export function createSupervisor(deps: Omit<WorkerDeps, 'onStart'>): Supervisor {
  const { clock } = deps;
  const workers = new Map<string, Worker>();
  const trials = new Set<Worker>();
  const all = (): Worker[] => [...workers.values(), ...trials];

  function workerOf(credentialId: string): Worker {
    const known = workers.get(credentialId);
    if (known) return known;
    const worker = createWorker(credentialId, { ...deps, onStart: makeRoom });
    workers.set(credentialId, worker);
    return worker;
  }

  function makeRoom(): void {
    const all = [...workers.values()].map((worker) => ({ worker, status: worker.status() }));
    if (all.filter(({ status }) => status.pid !== null).length < warmLimit) return;
    const idle = all.filter(({ status }) => status.state.name === 'ready' && status.inFlight === 0);
    idle.sort((a, b) => a.worker.lastUsedMs() - b.worker.lastUsedMs())[0]?.worker.end();
  }

  return {
    async plan(credentialId, tool, args, options = {}) {
      const answer = await workerOf(credentialId).request((id) => ({ type: 'plan', id, tool, args }), {
        deadlineMs: planDeadlineMs,
        ...options,
      });
      if (answer.type !== 'planned') throw new Failure('internal', 'The worker gave no plan.', 'Report this.');
      return answer.plan;
    },
    async call(credentialId, tool, args, plan, options = {}) {
      const { typed } = options;
      const answer = await workerOf(credentialId).request(
        (id) => ({ type: 'call', id, tool, args, plan, ...(typed && { typed }) }),
        options,
      );
      if (answer.type !== 'result') throw new Failure('internal', 'The worker gave no result.', 'Report this.');
      return answer.outcome;
    },
    async trial(source, tool, deadlineMs) {
      const worker = createWorker('trial', { launch: deps.launch, source, clock, log: deps.log });
      trials.add(worker);
      try {
        const answer = await worker.request((id) => ({ type: 'call', id, tool, args: {}, plan: null }), { deadlineMs });
        if (answer.type !== 'result') throw new Failure('internal', 'The worker gave no result.', 'Report this.');
        return answer.outcome;
      } finally {
        trials.delete(worker);
        worker.end();
      }
    },
    refresh: async (credentialId) => workers.get(credentialId)?.refresh(),
    async refreshAll() {
      await Promise.all([...workers.values()].map((worker) => worker.refresh()));
    },
    async stop(credentialId) {
      workers.get(credentialId)?.end();
      workers.delete(credentialId);
    },
    async stopAll(graceMs) {
      const deadline = clock.now() + graceMs;
      const isBusy = (): boolean => all().some((worker) => worker.status().inFlight > 0);
      while (isBusy() && clock.now() < deadline) {
        await new Promise<void>((resolve) => {
          clock.after(drainPollMs, resolve);
        });
      }
      for (const worker of all()) worker.end();
      workers.clear();
    },
    status: () => [...workers.values()].map((worker) => worker.status()),
  };
}
