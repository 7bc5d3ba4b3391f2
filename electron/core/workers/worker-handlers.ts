import type { Activity } from '../activity/record.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Supervisor } from './supervisor.ts';

/** Resident memory of processes in bytes, by pid; empty where the system does not tell. */
export type MemoryOf = (pids: readonly number[]) => Promise<ReadonlyMap<number, number>>;

export function workerHandlers(deps: {
  supervisor: Supervisor;
  vault: Vault;
  activity: Activity;
  memoryOf: MemoryOf;
}): Pick<Handlers, 'workers.list' | 'workers.stop'> {
  const { supervisor, vault, activity } = deps;
  return {
    async 'workers.list'() {
      const all = supervisor.status();
      const memory = await deps.memoryOf(all.flatMap(({ pid }) => pid ?? []));
      return all.map(({ credentialId, state, startedAtMs, ...rest }) => {
        const credential = vault.list().find(({ id }) => id === credentialId);
        return {
          ...rest,
          credential: credential?.name ?? '(removed)',
          provider: credential?.provider ?? '',
          state: state.name,
          memoryBytes: rest.pid === null ? null : (memory.get(rest.pid) ?? null),
          startedAt: rest.pid === null || startedAtMs === null ? null : new Date(startedAtMs).toISOString(),
        };
      });
    },
    async 'workers.stop'({ credential }) {
      const { id, name, provider } = vault.byName(credential);
      await supervisor.stop(id);
      await activity.append({ kind: 'worker-stopped', credential: name, credentialId: id, provider });
      return {};
    },
  };
}
