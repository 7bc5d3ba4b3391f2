import type { Clock } from '../../core/clock.ts';
import type { Child, Launch } from '../../core/workers/launch.ts';
import type { BrokerReply, BrokerRequest } from './broker-protocol.ts';

type BrokerResult =
  | { ok: true; value: string | null }
  /** `timeout`: killed after its deadline. `gone`: it crashed or could not be started. `error`: the keychain's own words. */
  | { ok: false; kind: 'timeout' | 'gone' | 'error'; message: string };

/** The host's end of the broker. Starts it when needed, kills it when it is late or idle. To be used one call at a time. */
export interface BrokerClient {
  call(
    operation: BrokerRequest['operation'],
    account: string,
    value: string | null,
    deadlineMs: number,
  ): Promise<BrokerResult>;
  /** Ends the broker; the next call starts another one. */
  kill(): void;
}

const idleMs = 60_000;

export const createBrokerClient = ({
  launch,
  service,
  environment,
  clock,
}: {
  launch: Launch;
  service: string;
  environment: Readonly<Record<string, string>>;
  clock: Clock;
}): BrokerClient => {
  let child: Child | null = null;
  let waiting: ((result: BrokerResult | BrokerReply) => void) | null = null;
  let lastId = 0;
  let cancelIdle: () => void = () => undefined;

  const kill = (): void => {
    cancelIdle();
    const ended = child;
    child = null;
    ended?.kill();
  };

  const start = (): Child => {
    const started = launch({ bundle: 'broker.cjs', allowAddons: true, environment });
    started.onMessage((message) => {
      if (started === child) waiting?.(message as BrokerReply);
    });
    started.onExit(() => {
      if (started !== child) return;
      child = null;
      waiting?.({ ok: false, kind: 'gone', message: 'the broker ended' });
    });
    return started;
  };

  const exchange = (request: BrokerRequest, deadlineMs: number): Promise<BrokerResult> =>
    new Promise((resolve) => {
      const settle = (result: BrokerResult): void => {
        cancelTimer();
        waiting = null;
        resolve(result);
      };
      const cancelTimer = clock.after(Math.max(0, deadlineMs), () => {
        kill();
        settle({ ok: false, kind: 'timeout', message: `no answer within ${deadlineMs} ms` });
      });
      waiting = (result) => {
        if (!('id' in result)) settle(result);
        else if (result.id === request.id) settle(resultOf(result));
      };
      child ??= start();
      child.send(request).then(
        () => request.value?.fill(0),
        () => {
          kill();
          settle({ ok: false, kind: 'gone', message: 'the broker does not listen' });
        },
      );
    });

  return {
    async call(operation, account, value, deadlineMs) {
      cancelIdle();
      lastId += 1;
      const request: BrokerRequest = { id: lastId, operation, service, account };
      if (value !== null) request.value = Buffer.from(value, 'utf8');
      const result = await exchange(request, deadlineMs);
      cancelIdle = clock.after(idleMs, kill);
      return result;
    },
    kill,
  };
};

const resultOf = (reply: BrokerReply): BrokerResult => {
  if (!reply.ok) return { ok: false, kind: 'error', message: reply.message };
  const value = reply.value === null ? null : Buffer.from(reply.value).toString('utf8');
  reply.value?.fill(0);
  return { ok: true, value };
};
