import { z } from 'zod';
import type { CredentialMessage, JsonObject, Plan, WorkerMessage } from '../../core/workers/protocol.ts';
import type { Tool, ToolContext, ToolServices } from './define-tool.ts';
import { HostMessage } from './host-message.ts';
import { ToolError, reportError, type ToolLog } from './tool-error.ts';

export interface WorkerOptions<Services extends WorkerServices> {
  tools: readonly Tool<Services>[];
  /**
   * Builds what the tools work with from one credential. Takes over the secret bytes; they are filled with zeros when it
   * returns. Throws ToolError for a credential that cannot be used: each call then fails with it.
   */
  connect(credential: ConnectMessage, log: ToolLog): Services;
}

/** What the host hands over: one credential, and how its issuer is reached. */
export type ConnectMessage = Pick<CredentialMessage, 'fields' | 'secrets' | 'network'>;

export interface WorkerServices extends ToolServices {
  /** Called once, after the last call that used these services has ended. */
  close(): void;
}

/** One generation of the credential: calls keep the one that they started with. */
interface Lease<Services> {
  services: Services | ToolError;
  calls: number;
  isReplaced: boolean;
}

/**
 * Serves the tools to the host over this process's IPC channel (core/workers/protocol.ts), until the channel closes or
 * SIGTERM: then the process exits at once, calls included. Writes nothing to stdout.
 */
export function serveWorker<Services extends WorkerServices>(options: WorkerOptions<Services>): void {
  // zod would probe for `new Function`, which the host's flags forbid.
  z.config({ jitless: true });
  const tools = new Map(options.tools.map((tool) => [tool.name, tool]));
  const running = new Map<number, AbortController>();
  let lease: Lease<Services> | undefined;

  const takeCredential = (message: CredentialMessage): void => {
    const replaced = lease;
    lease = { services: connectSafely(options, message), calls: 0, isReplaced: false };
    if (replaced) {
      replaced.isReplaced = true;
      closeIfIdle(replaced);
    }
    send({ type: 'accepted', generation: message.generation });
  };

  const answer = async (
    message: Extract<HostMessage, { type: 'plan' | 'call' }>,
    act: (tool: Tool<Services>, services: Services, context: ToolContext) => Promise<WorkerMessage>,
    plan: Plan | null,
    typed: Uint8Array | null,
  ): Promise<void> => {
    const { id } = message;
    const used = lease;
    const abort = new AbortController();
    running.set(id, abort);
    if (used) used.calls += 1;
    try {
      const tool = tools.get(message.tool);
      if (!tool) throw new ToolError('not-found', `There is no tool "${message.tool}" here.`, 'Look at the tool list.');
      if (!used) throw new ToolError('secret-missing', 'This worker has no credential yet.', 'Try again in a moment.');
      if (used.services instanceof ToolError) throw used.services;
      send(await act(tool, used.services, { signal: abort.signal, progress: progressOf(id), plan, typed }));
    } catch (error) {
      const report = reportError(abort.signal.aborted ? cancelled(error) : error, log);
      const account = used && !(used.services instanceof ToolError) ? used.services.account : undefined;
      if (message.type === 'plan') send({ type: 'failed', id, error: report });
      else send({ type: 'result', id, outcome: { ok: false, error: report, ...optional({ account }) } });
    } finally {
      typed?.fill(0);
      running.delete(id);
      if (used) {
        used.calls -= 1;
        closeIfIdle(used);
      }
    }
  };

  process.on('message', (raw: unknown) => {
    const parsed = HostMessage.safeParse(raw);
    if (!parsed.success) {
      log('error', 'host-message-refused', { at: parsed.error.issues[0]?.path.join('.') ?? '' });
      refuse(raw);
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'credential':
        takeCredential(message);
        break;
      case 'plan':
        void answer(message, planned(message.id, message.args), null, null);
        break;
      case 'call':
        void answer(message, called(message.id, message.args), message.plan, message.typed ?? null);
        break;
      case 'cancel':
        running.get(message.id)?.abort();
    }
  });
  exitWithTheHost();
  log('info', 'worker-ready', { tools: tools.size, rssMb: Math.round(process.memoryUsage.rss() / 1e6) });
}

/** MCP wants progress to grow within a call, and steps inside a tool count for themselves. */
function progressOf(id: number): ToolContext['progress'] {
  let last = 0;
  return (done, total, message) => {
    last = Math.max(done, last + 0.01);
    const known = total === undefined || total < last ? undefined : total;
    send({ type: 'progress', id, progress: last, ...optional({ total: known, message }) });
  };
}

/** A request that cannot be read is answered if it says which it is: its host would wait for it. */
function refuse(raw: unknown): void {
  if (typeof raw !== 'object' || raw === null || !('id' in raw) || typeof raw.id !== 'number') return;
  const error = reportError(new ToolError('worker-failed', 'The worker could not read this call.', 'Try again.'), log);
  send({ type: 'failed', id: raw.id, error });
  send({ type: 'result', id: raw.id, outcome: { ok: false, error } });
}

const planned =
  (id: number, args: JsonObject) =>
  async <S extends ToolServices>(tool: Tool<S>, services: S, context: ToolContext): Promise<WorkerMessage> => ({
    type: 'planned',
    id,
    plan: await tool.plan(args, services, context),
  });

const called =
  (id: number, args: JsonObject) =>
  async <S extends ToolServices>(tool: Tool<S>, services: S, context: ToolContext): Promise<WorkerMessage> => ({
    type: 'result',
    id,
    outcome: await tool.call(args, services, context),
  });

function connectSafely<Services extends WorkerServices>(
  options: WorkerOptions<Services>,
  message: CredentialMessage,
): Services | ToolError {
  try {
    return options.connect(message, log);
  } catch (error) {
    const { code, message: text, hint } = reportError(error, log);
    return error instanceof ToolError ? error : new ToolError('worker-failed', `${text} (${code})`, hint);
  } finally {
    for (const secret of Object.values(message.secrets)) secret.fill(0);
  }
}

function closeIfIdle<Services extends WorkerServices>(lease: Lease<Services>): void {
  if (lease.isReplaced && lease.calls === 0 && !(lease.services instanceof ToolError)) lease.services.close();
}

function exitWithTheHost(): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.on('uncaughtException', (error) => {
    reportError(error, log);
    process.exit(1);
  });
}

/** A host that is gone cannot be told anything; `disconnect` ends the process. */
const send = (message: WorkerMessage): void => {
  process.send?.(message, undefined, undefined, () => undefined);
};

const log: ToolLog = (level, event, fields) => send({ type: 'log', level, event, fields });

const cancelled = (error: unknown): ToolError =>
  error instanceof ToolError && error.code === 'cancelled'
    ? error
    : new ToolError('cancelled', 'The call was cancelled.', 'Call the tool again if you still need it.');

/** Leaves out members that are undefined, which `exactOptionalPropertyTypes` tells apart from absent ones. */
const optional = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
