import type { Readable, Writable } from 'node:stream';
import type { HostListener, HostSide } from './host-side.ts';
import { splitLines, type RequestId } from './lines.ts';

interface Message {
  id?: RequestId;
  method?: string;
  params?: { protocolVersion?: string; requestId?: RequestId; _meta?: Record<string, unknown> };
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
/** The host takes no longer ones either. */
const clientLineBytes = 1 << 20;
/** What may wait for a host that is not there yet; a client that asks for more is answered at once. */
const mostWaiting = 1_000;
const mostWaitingLength = 8 << 20;

/**
 * The client's end. Lines pass through as they are; we only remember what a restart of the host would lose: how the
 * client opened, and which requests still wait. So the client's session outlives the host, and no request goes unanswered.
 */
export function createClientSide(deps: {
  provider: string;
  version: string;
  input: Readable;
  output: Writable;
  onEnd: () => void;
}): HostListener & { relayTo(host: HostSide): void } {
  const { input, output } = deps;
  /** Sent to the host and not answered yet, by id. */
  const inFlight = new Map<RequestId, Request>();
  /** Waiting for a host. */
  let queue: Request[] = [];
  let opening: Request | null = null;
  let wasInitialized = false;
  let attached = false;
  let answeredOurselves = false;
  let host: HostSide | null = null;

  /** A client that does not read slows the host down; nothing piles up here. */
  function toClient(line: string): void {
    if (!output.write(`${line}\n`)) host?.pause();
  }
  const write = (message: object): void => toClient(JSON.stringify({ jsonrpc: '2.0', ...message }));

  function fromClient(line: string): void {
    const message = parse(line);
    if (!message) {
      write({ id: null, error: { code: -32700, message: 'Parse error: a line that is not a JSON object.' } });
      return;
    }
    if (message.method === 'initialize') opening = { line, message };
    if (message.method === 'notifications/initialized') wasInitialized = true;
    if (message.method === 'notifications/cancelled') takeBack(message.params?.requestId);
    if (attached) forward({ line, message });
    else if (message.id !== undefined && message.method !== undefined) wait({ line, message });
  }

  /** What the client took back is owed no answer, whatever becomes of the host. */
  function takeBack(id: RequestId | undefined): void {
    if (id !== undefined) inFlight.delete(id);
    queue = queue.filter(({ message }) => message.id !== id);
  }

  function wait(request: Request): void {
    const length = queue.reduce((sum, { line }) => sum + line.length, request.line.length);
    if (queue.length >= mostWaiting || length > mostWaitingLength) {
      fail(request, 'Too many requests already wait for Chatelaine to start. Try again when it runs.');
      return;
    }
    queue.push(request);
    host?.wake();
  }

  function forward(request: Request): void {
    const { id, method } = request.message;
    if (id !== undefined && method !== undefined) inFlight.set(id, request);
    if (host?.send(request.line) === false) input.pause();
  }

  function refuseTooLong(id: RequestId | null): void {
    const message =
      'The message is longer than 1 MiB, so Chatelaine did not take it. Nothing was done. Send less at once.';
    write({ id, error: { code: -32600, message } });
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
      write({ id: message.id, result });
    } else if (message.method === 'initialize') {
      answeredOurselves = true;
      write({ id: message.id, result: openingOf(message, sentence) });
    } else {
      write({ id: message.id, error: { code: -32000, message: sentence } });
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
      input.on('data', splitLines(fromClient, { bytes: clientLineBytes, onTooLong: refuseTooLong }));
      input.on('end', deps.onEnd).on('close', deps.onEnd).on('error', deps.onEnd);
      output.on('error', deps.onEnd).on('drain', () => host?.resume());
      host.wake();
    },
    onAttached() {
      attached = true;
      const waiting = queue;
      queue = [];
      const first = waiting.find(({ message }) => message === opening?.message);
      if (first) forward(first);
      else if (opening) host?.send(JSON.stringify({ ...opening.message, id: replayId }));
      if (opening && wasInitialized)
        host?.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
      if (answeredOurselves) write({ method: 'notifications/tools/list_changed' });
      answeredOurselves = false;
      for (const request of waiting) if (request !== first) forward(request);
    },
    onLine(line) {
      const message = parse(line);
      if (message?.id === replayId && message.method === undefined) return;
      if (message?.id !== undefined && message.method === undefined) inFlight.delete(message.id);
      toClient(line);
    },
    onTooLong(id) {
      const request = inFlight.get(id ?? '');
      if (!request) return;
      inFlight.delete(request.message.id ?? '');
      fail(
        request,
        'The answer is longer than 8 MiB, so it was not passed on. The call was made. Ask for less at once.',
      );
    },
    onDrained: () => void input.resume(),
    onDetached() {
      attached = false;
      input.resume();
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
