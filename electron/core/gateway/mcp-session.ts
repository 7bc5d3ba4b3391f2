import type { Socket } from 'node:net';
import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { impatientTimeLimitMs } from '../consent/approvals.ts';
import type { Log } from '../log.ts';
import type { JsonObject } from '../workers/protocol.ts';
import { permitsToolset, type EffectivePolicy } from '../consent/policy.ts';
import type { Session } from './call.ts';
import type { Calls } from './calls.ts';
import { createOffers } from './offers.ts';
import type { Reply } from './reply.ts';
import { createTurnstile, pauseWhileUnread, tooManyCalls } from './session-limits.ts';
import { listTools } from './tool-list.ts';

/** What the client said of itself when it connected; never a proof. */
export interface ClientFacts {
  name: string;
  version: string;
  protocolVersion: string;
}

export interface McpSession {
  /** Tells the client that its list of tools or names is no longer what it was. */
  toolsChanged(): void;
  close(): Promise<void>;
}

/** The bridge passes on messages of up to 1 MiB; one chunk of the next message may already be behind it. */
const bufferLimitBytes = (1 << 20) + (1 << 17);

/**
 * One MCP session per bridge connection, in whichever protocol era the client opens. `initialize`, `server/discover`
 * and `tools/list` are answered here, without a worker and without any credential.
 */
export function openMcpSession(deps: {
  socket: Socket;
  session: Session;
  calls: Calls;
  policyOf: () => EffectivePolicy;
  version: string;
  log: Log;
  onClient: (facts: ClientFacts) => void;
}): McpSession {
  const { socket, session, calls, log } = deps;
  let server: Server | null = null;
  let isNoted = false;
  const turnstile = createTurnstile();
  let clientName = '';

  /** In the modern era there is no handshake: the client says who it is with each request. */
  function noteModernClient(envelope: object | undefined): void {
    if (isNoted || !envelope) return;
    const said = Envelope.safeParse(envelope);
    if (!said.success) return;
    isNoted = true;
    clientName = said.data[clientInfoKey].name;
    deps.onClient({ ...said.data[clientInfoKey], protocolVersion: said.data[protocolVersionKey] });
  }

  const offers = createOffers(deps);
  const names = (): string[] => calls.granted(session).map((credential) => credential.name);

  function build(): Server {
    const built = new Server(
      { name: `chatelaine-${session.provider}`, title: 'Chatelaine', version: deps.version },
      {
        capabilities: {
          tools: { listChanged: true },
          ...(offers.isOffering && { resources: { listChanged: true }, prompts: {}, completions: {} }),
        },
        instructions: instructionsOf(session, names()),
        jsonSchemaValidator: noElicitation,
      },
    );
    built.setRequestHandler('tools/list', (_, context) => {
      noteModernClient(context.mcpReq.envelope);
      const { toolsets } = deps.policyOf();
      const tools = calls.usableTools(session).filter(({ toolset }) => permitsToolset(toolsets, toolset));
      return { tools: listTools(tools, session.selector, names()) };
    });
    built.setRequestHandler('tools/call', async (request, context) => {
      noteModernClient(context.mcpReq.envelope);
      const leave = await turnstile.enter(context.mcpReq.signal);
      if (!leave) return tooManyCalls;
      const token = context.mcpReq._meta?.progressToken;
      const reply = await calls
        .call(session, request.params.name, (request.params.arguments ?? {}) as JsonObject, {
          signal: context.mcpReq.signal,
          ...(token === undefined && !isPatient(clientName) && { approvalLimitMs: impatientTimeLimitMs }),
          ...(token !== undefined && {
            onProgress: (progress) => {
              const notification = {
                method: 'notifications/progress' as const,
                params: { ...progress, progressToken: token },
              };
              context.mcpReq.notify(notification).catch(() => undefined);
            },
          }),
        })
        .finally(leave);
      return resultOf(reply);
    });
    if (offers.isOffering) serveOffers(built);
    built.oninitialized = () => {
      const client = built.getClientVersion();
      clientName = client?.name ?? '';
      deps.onClient({
        name: client?.name ?? '',
        version: client?.version ?? '',
        protocolVersion: built.getNegotiatedProtocolVersion() ?? '',
      });
    };
    server = built;
    return built;
  }

  function serveOffers(built: Server): void {
    built.setRequestHandler('resources/list', () => offers.resources());
    built.setRequestHandler('resources/templates/list', () => offers.templates());
    built.setRequestHandler('prompts/list', () => offers.prompts());
    built.setRequestHandler('prompts/get', ({ params }) => offers.prompt(params.name, params.arguments ?? {}));
    built.setRequestHandler('resources/read', ({ params }, { mcpReq: { signal } }) =>
      inTurn(signal, () => offers.read(params.uri, { signal })),
    );
    built.setRequestHandler('completion/complete', async ({ params }, { mcpReq: { signal } }) => ({
      completion: await inTurn(signal, () =>
        offers.complete(params.argument, params.context?.arguments ?? {}, { signal }),
      ),
    }));
  }

  /** Reads and completions are calls too, and stand in the same line. */
  async function inTurn<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const leave = await turnstile.enter(signal);
    if (!leave) throw new ProtocolError(ProtocolErrorCode.InternalError, 'Too many calls of this client are waiting.');
    return work().finally(leave);
  }

  // Each answer that waits for a slow client listens for `drain`; their number is bounded elsewhere.
  socket.setMaxListeners(0);
  const transport = new StdioServerTransport(socket, socket, { maxBufferSize: bufferLimitBytes });
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    const sent = send(message);
    pauseWhileUnread(socket);
    return sent;
  };
  const handle = serveStdio(build, {
    transport,
    onerror: (error) => log.warn('mcp.error', { message: error.message.slice(0, 200) }),
  });
  // A transport that gave up (a message beyond the limit) would leave the bridge at a connection that nobody reads.
  const onClosed = transport.onclose;
  transport.onclose = () => {
    onClosed?.();
    socket.destroy();
  };
  socket.resume();

  return {
    toolsChanged() {
      void server?.sendToolListChanged().catch(() => undefined);
      if (offers.isOffering) void server?.sendResourceListChanged().catch(() => undefined);
    },
    async close() {
      await handle.close().catch(() => undefined);
      socket.destroy();
    },
  };
}

/** Claude's clients wait four minutes for a call; others give up after one unless they hear of its progress. */
const isPatient = (clientName: string): boolean => /^claude/i.test(clientName);

const clientInfoKey = 'io.modelcontextprotocol/clientInfo';
const protocolVersionKey = 'io.modelcontextprotocol/protocolVersion';
const Envelope = z.object({
  [clientInfoKey]: z.object({ name: z.string(), version: z.string() }),
  [protocolVersionKey]: z.string(),
});

/** We never ask the client's user for input (a person answers in Chatelaine), so no validator needs to be loaded. */
const noElicitation = {
  getValidator: () => () => ({ valid: false as const, data: undefined, errorMessage: 'not used' }),
};

function resultOf(reply: Reply) {
  const meta = reply.receipt ? { _meta: { 'chatelaine/receipt': { ...reply.receipt } } } : {};
  if (reply.ok)
    return { content: [{ type: 'text' as const, text: reply.text }], structuredContent: reply.structured, ...meta };
  return {
    content: [{ type: 'text' as const, text: reply.text }],
    isError: true,
    _meta: { ...meta._meta, 'chatelaine/error': reply.code },
  };
}

const mostNamesInInstructions = 40;

function instructionsOf(session: Session, names: readonly string[]): string {
  const { argument, listTool } = session.selector;
  const shown = names.slice(0, mostNamesInInstructions).join(', ');
  const more = names.length > mostNamesInInstructions ? `, … (${names.length} in all: ${listTool})` : '';
  return [
    `Chatelaine lends ${session.provider} credentials one call at a time. Every tool takes \`${argument}\`: ${shown || 'none granted yet'}${more}.`,
    `Results name the ${argument} they are for; check it. Calls that change something may wait for a person to approve them in Chatelaine: tell the user so.`,
    session.offers.instructions,
  ]
    .join(' ')
    .trim();
}
