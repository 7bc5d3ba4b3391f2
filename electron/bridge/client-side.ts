import type { HostListener, HostSide } from './host-side.ts';
import { splitLines } from './lines.ts';

interface Message {
  id?: string | number;
  method?: string;
  params?: { protocolVersion?: string; _meta?: Record<string, unknown> };
  result?: unknown;
  error?: unknown;
}

interface Request {
  line: string;
  message: Message;
}

/** The id under which we repeat the client's `initialize` to a host that has restarted; its answer stays with us. */
const replayId = 'chatelaine-bridge-replay';
const newestLegacyVersion = '2025-11-25';
const modernVersionKey = 'io.modelcontextprotocol/protocolVersion';

/**
 * The client's end. Lines pass through as they are; we only remember what a restart of the host would lose: how the
 * client opened, and which requests still wait. So the client's session outlives the host, and no request goes unanswered.
 */
export function createClientSide(deps: {
  provider: string;
  version: string;
  input: NodeJS.ReadStream;
  output: NodeJS.WritableStream;
  onEnd: () => void;
}): HostListener & { relayTo(host: HostSide): void } {
  const { input, output } = deps;
  /** Sent to the host and not answered yet, by id. */
  const inFlight = new Map<string | number, Request>();
  /** Waiting for a host. */
  let queue: Request[] = [];
  let opening: Request | null = null;
  let wasInitialized = false;
  let attached = false;
  let answeredOurselves = false;
  let host: HostSide | null = null;

  const write = (message: object): void => void output.write(`${JSON.stringify(message)}\n`);

  function fromClient(line: string): void {
    const message = parse(line);
    if (!message) {
      write({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error: a line that is not JSON.' } });
      return;
    }
    if (message.method === 'initialize') opening = { line, message };
    if (message.method === 'notifications/initialized') wasInitialized = true;
    if (attached) forward({ line, message });
    else if (message.id !== undefined && message.method !== undefined) {
      queue.push({ line, message });
      host?.wake();
    }
  }

  function forward(request: Request): void {
    const { id, method } = request.message;
    if (id !== undefined && method !== undefined) inFlight.set(id, request);
    host?.send(request.line);
  }

  function fail({ message }: Request, sentence: string): void {
    if (message.id === undefined) return;
    if (message.method === 'tools/call') {
      const isModern = message.params?._meta?.[modernVersionKey] !== undefined;
      const result = {
        content: [{ type: 'text', text: sentence }],
        isError: true,
        ...(isModern && { resultType: 'complete' }),
      };
      write({ jsonrpc: '2.0', id: message.id, result });
    } else if (message.method === 'initialize') {
      answeredOurselves = true;
      write({ jsonrpc: '2.0', id: message.id, result: openingOf(message, sentence) });
    } else {
      write({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: sentence } });
    }
  }

  const openingOf = (message: Message, sentence: string): object => ({
    protocolVersion: message.params?.protocolVersion ?? newestLegacyVersion,
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: `chatelaine-${deps.provider}`, title: 'Chatelaine', version: deps.version },
    instructions: sentence,
  });

  return {
    relayTo(hostSide) {
      host = hostSide;
      input.setEncoding('utf8');
      input.on('data', splitLines(fromClient));
      input.on('end', deps.onEnd).on('close', deps.onEnd).on('error', deps.onEnd);
      output.on('error', deps.onEnd);
      host.wake();
    },
    onAttached() {
      attached = true;
      const waiting = queue;
      queue = [];
      const isOpenedBefore = opening !== null && !waiting.some(({ message }) => message === opening?.message);
      if (isOpenedBefore && opening) {
        host?.send(JSON.stringify({ ...opening.message, id: replayId }));
        if (wasInitialized) host?.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
        if (answeredOurselves) write({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        answeredOurselves = false;
      }
      for (const request of waiting) forward(request);
    },
    onLine(line) {
      const message = parse(line);
      if (message?.id === replayId && message.method === undefined) return;
      if (message?.id !== undefined && message.method === undefined) inFlight.delete(message.id);
      output.write(`${line}\n`);
    },
    onDetached() {
      attached = false;
      const lost = [...inFlight.values()];
      inFlight.clear();
      for (const request of lost) {
        // Only a tool call may have had an effect; everything else is simply asked again.
        if (request.message.method === 'tools/call') {
          fail(
            request,
            'Chatelaine stopped while this call ran. Whether it took effect is not known: look before you repeat a call that changes something.',
          );
        } else queue.push(request);
      }
      if (queue.length > 0) host?.wake();
    },
    onAbsent(reason) {
      const waiting = queue;
      queue = [];
      for (const request of waiting) fail(request, reason);
    },
  };
}

function parse(line: string): Message | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
