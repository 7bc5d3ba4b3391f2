import type { CallLimits, Connection, SecurityAdmin } from '../connection/connection.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Reads and writes are counted apart, so that a page of records does not keep a write from its turn. */
export interface Buckets {
  reads: TokenBucket;
  writes: TokenBucket;
}

/**
 * The same connection, held to the profile's rate: a record costs one, a batch its size, a page its records (known only
 * afterwards, so the next call pays). What the wire needs beyond that, such as to ask for a value's type or to repeat a
 * read, costs nothing more: a token is one record that a caller asks for. A call waits for its turn while it has time.
 */
export function pace(connection: Connection, { reads, writes }: Buckets, timeoutMs: number): Connection {
  const paced = async <T>(
    bucket: TokenBucket,
    cost: number,
    context: CallLimits,
    work: () => Promise<T>,
  ): Promise<T> => {
    const isFree = bucket === reads && context.isPaid === true;
    if (!isFree) await bucket.take(cost, context.timeoutMs ?? timeoutMs, context.signal);
    return await work();
  };
  return {
    nodes: (context) => connection.nodes(context),
    info: (command, from, context) => paced(reads, 1, context, () => connection.info(command, from, context)),
    get: (key, bins, context) => paced(reads, 1, context, () => connection.get(key, bins, context)),
    put: (key, bins, how, context) => paced(writes, 1, context, () => connection.put(key, bins, how, context)),
    remove: (key, how, context) => paced(writes, 1, context, () => connection.remove(key, how, context)),
    operate: (key, operations, how, context) =>
      paced(writes, 1, context, () => connection.operate(key, operations, how, context)),
    apply: (key, call, context) => paced(writes, 1, context, () => connection.apply(key, call, context)),
    async batch(entries, context) {
      const readCount = entries.filter(({ kind }) => kind === 'get').length;
      const waitMs = context.timeoutMs ?? timeoutMs;
      if (readCount > 0 && context.isPaid !== true) await reads.take(readCount, waitMs, context.signal);
      if (readCount < entries.length) await writes.take(entries.length - readCount, waitMs, context.signal);
      return await connection.batch(entries, context);
    },
    async query(query, context) {
      await reads.take(1, context.timeoutMs ?? timeoutMs, context.signal);
      const answer = await connection.query(query, context);
      // What was too much or too slow is asked for once more: no caller has had it.
      const isUsed = query.isSample === true || (!answer.isCut && !answer.isPartial);
      if (isUsed) reads.charge(Math.max(0, answer.records.length - 1));
      return answer;
    },
    truncate: (target, context) => paced(writes, 1, context, () => connection.truncate(target, context)),
    registerUdf: (module, context) => paced(writes, 1, context, () => connection.registerUdf(module, context)),
    removeUdf: (name, context) => paced(writes, 1, context, () => connection.removeUdf(name, context)),
    security: paceSecurity(connection.security, (isWrite, context) =>
      (isWrite ? writes : reads).take(1, context.timeoutMs ?? timeoutMs, context.signal),
    ),
    close: () => connection.close(),
  };
}

/** Each is one command of the cluster's. */
function paceSecurity(
  security: SecurityAdmin,
  turn: (isWrite: boolean, context: CallLimits) => Promise<void>,
): SecurityAdmin {
  const paced =
    <Args extends readonly unknown[], T>(isWrite: boolean, work: (...args: [...Args, CallLimits]) => Promise<T>) =>
    async (...args: [...Args, CallLimits]): Promise<T> => {
      await turn(isWrite, args[args.length - 1] as CallLimits);
      return await work(...args);
    };
  const { self } = security;
  return {
    users: paced(false, security.users),
    ...(self === undefined ? {} : { self: paced(false, self) }),
    roles: paced(false, security.roles),
    createUser: paced(true, security.createUser),
    dropUser: paced(true, security.dropUser),
    setPassword: paced(true, security.setPassword),
    grantRoles: paced(true, security.grantRoles),
    revokeRoles: paced(true, security.revokeRoles),
    createRole: paced(true, security.createRole),
    dropRole: paced(true, security.dropRole),
    grantPrivileges: paced(true, security.grantPrivileges),
    revokePrivileges: paced(true, security.revokePrivileges),
  };
}
