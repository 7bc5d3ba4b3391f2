import { createLimiter, type Limiter } from '../../kit/limits.ts';
import type { ToolLog } from '../../kit/tool-error.ts';
import { infoCommand } from '../info/command.ts';
import type { Profile, ProfileSecrets } from '../profile.ts';
import { createEncode } from '../values/encode.ts';
import { runBatch } from './batch-calls.ts';
import type { CallLimits, Connection } from './connection.ts';
import { statusError } from './driver-error.ts';
import { askNodes, nodesOf } from './info-calls.ts';
import { timeoutOf } from './policies.ts';
import { runQuery } from './query-calls.ts';
import { applyUdf, getRecord, operateRecord, putRecord, removeRecord, type RecordCall } from './record-calls.ts';
import { createSecurity } from './security-calls.ts';
import { createSession, type Open, type Session } from './session.ts';
import { withFile } from './tls-files.ts';

/** The port over Aerospike's own client. Its parts are beside it: how it connects in session.ts, each kind of call in its file. */
export function createOfficialConnection(
  profile: Profile,
  secrets: ProfileSecrets,
  log: ToolLog,
): { connection: Connection; session: Session } {
  const session = createSession(profile, secrets, log);
  const connections = createLimiter(commandsAtOnce);
  const withClient = <T>(context: CallLimits, work: (call: RecordCall) => Promise<T>): Promise<T> =>
    session.run(context, (open) => work(callOf(open, context, profile, connections)));
  /** The command of a call that is one. */
  const withCommand = <T>(context: CallLimits, work: (call: RecordCall) => Promise<T>): Promise<T> =>
    withClient(context, (call) => call.limited(() => work(call)));

  const connection: Connection = {
    nodes: (context) => session.run(context, async (open) => nodesOf(open)),
    info: (command, from, context) =>
      session.run(context, (open) =>
        askNodes(open, command, from, { timeoutMs: timeoutOf(context, profile.timeoutMs), signal: context.signal }),
      ),
    get: (key, bins, context) => withCommand(context, (call) => getRecord(call, key, bins)),
    put: (key, bins, how, context) => withCommand(context, (call) => putRecord(call, key, bins, how)),
    remove: (key, how, context) => withCommand(context, (call) => removeRecord(call, key, how)),
    operate: (key, operations, how, context) =>
      withCommand(context, (call) => operateRecord(call, key, operations, how)),
    apply: (key, udf, context) => withCommand(context, (call) => applyUdf(call, key, udf)),
    batch: (entries, context) => withClient(context, (call) => runBatch(call, entries, context.signal)),
    query: (query, context) => withCommand(context, (call) => runQuery(call, query, context.signal)),
    async truncate({ namespace, set, beforeMs }, context) {
      // Nanoseconds as text: as a number they would be rounded.
      const lut = beforeMs === undefined ? {} : { lut: String(BigInt(Math.round(beforeMs)) * 1_000_000n) };
      const command = infoCommand('truncate', { namespace, set, ...lut });
      const [answer] = await connection.info(command, 'any', context);
      if (answer && !answer.ok) throw statusError(answer.code);
    },
    registerUdf: ({ name, code }, context) =>
      session.run(context, ({ driver, client }) =>
        // The client reads modules from files only.
        withFile(name, code, async (path) => {
          const policy = new driver.InfoPolicy({ timeout: timeoutOf(context, profile.timeoutMs) });
          await client.udfRegister(path, driver.language.LUA, policy);
        }),
      ),
    removeUdf: (name, context) =>
      session.run(context, async ({ driver, client }) => {
        await client.udfRemove(name, new driver.InfoPolicy({ timeout: timeoutOf(context, profile.timeoutMs) }));
      }),
    security: createSecurity(session, profile),
    close: () => session.close(),
  };
  return { connection, session };
}

/** The client has 100 connections to a node, of which a command takes one. */
const commandsAtOnce = 80;

const callOf = (open: Open, context: CallLimits, profile: Profile, connections: Limiter): RecordCall => ({
  open,
  encode: createEncode(open.driver),
  timeoutMs: timeoutOf(context, profile.timeoutMs),
  limited: (command) => connections.run(context.signal, command),
});
