import { QueryClient, useQuery, type Query, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ChangeKey, ProcedureName } from '../electron/core/contract/procedures.ts';
import { asFailure, call, connection, onChange, type HostFailure, type Input, type Output } from './api.ts';
import type { ConnectionState } from './connection.ts';

/** Procedures whose answer also changes with other keys than the one that their name begins with. */
const alsoChangesWith: Partial<Record<ProcedureName, readonly ChangeKey[]>> = {
  'credentials.list': ['reminders'],
  'clients.list': ['activity'],
  'host.doctor': ['settings', 'clients', 'credentials'],
};
/** Asked again at most this often for changes of the record, which come with every call of a client. */
const activityPauseMs = 3_000;
const recordPauseMs = 300;
const changedByActivity: readonly string[] = ['credentials.list', 'credentials.usage', 'clients.list', 'workers.list'];

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: false,
      },
    },
  });

/** What a procedure answers, kept current by the host's changes. Never for what answers with a secret. */
export function useAsk<Name extends ProcedureName>(
  name: Name,
  input: Input<Name>,
  { enabled = true, everyMs }: { enabled?: boolean; everyMs?: number } = {},
): UseQueryResult<Output<Name>, HostFailure> {
  return useQuery<Output<Name>, HostFailure>({
    queryKey: [name, input],
    queryFn: async () => {
      try {
        return await call(name, input);
      } catch (error) {
        throw asFailure(error);
      }
    },
    enabled,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

/** Asks again whatever may have changed. */
export function followChanges(client: QueryClient): () => void {
  let recordTimer: ReturnType<typeof setTimeout> | undefined;
  let activityTimer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (isStale: (name: string) => boolean): void => {
    const stale = { predicate: ({ queryKey }: Query) => isStale(String(queryKey[0])) };
    const underWay = client.getQueryCache().findAll({ ...stale, fetchStatus: 'fetching' });
    const first = underWay.filter(({ state }) => state.data === undefined);
    void client.invalidateQueries(stale);
    // A first answer under way may be from before the change; the library waits for it, and would take it for current.
    for (const { promise, queryKey } of first) {
      void promise?.catch(() => undefined).then(() => client.invalidateQueries({ queryKey, exact: true }));
    }
  };
  const stop = onChange((keys) => {
    refresh((name) => !name.startsWith('activity.') && keys.some((key) => changesWith(name).includes(key)));
    if (!keys.includes('activity')) return;
    recordTimer ??= setTimeout(() => {
      recordTimer = undefined;
      refresh((name) => name.startsWith('activity.'));
    }, recordPauseMs);
    activityTimer ??= setTimeout(() => {
      activityTimer = undefined;
      refresh((name) => changedByActivity.includes(name));
    }, activityPauseMs);
  });
  return () => {
    clearTimeout(recordTimer);
    clearTimeout(activityTimer);
    stop();
  };
}

const changesWith = (name: string): readonly string[] => {
  const others: readonly string[] = (alsoChangesWith as Record<string, readonly string[]>)[name] ?? [];
  const [topic = ''] = name.split('.');
  return [topic, ...others.filter((key) => key !== 'activity')];
};

export const useConnection = (): ConnectionState =>
  useSyncExternalStore(connection.subscribe, connection.state, connection.state);

export interface Act {
  busy: boolean;
  failure: HostFailure | null;
  clear(): void;
  /** Runs it, keeps its failure to be shown, and answers undefined then. What it is given stays in its own closure. */
  run<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
}

/** One thing that a person does, with its state. Not a query library's mutation: that would keep what was passed in. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<HostFailure | null>(null);
  return {
    busy,
    failure,
    clear: () => setFailure(null),
    async run(work) {
      setBusy(true);
      setFailure(null);
      try {
        return await work();
      } catch (error) {
        setFailure(asFailure(error));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** The time, as often as it is needed to be shown. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
