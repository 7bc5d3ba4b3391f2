import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the proxy does with connections and the server's answers, from now on. */
export type Fault =
  | { kind: 'pass' }
  /** New connections are refused, and those there are cut. */
  | { kind: 'refuse' }
  /** Takes what is sent and never says a word. */
  | { kind: 'black-hole' }
  /** Each piece of an answer comes so much later. */
  | { kind: 'delay'; delayMs: number }
  /** Ends the connection in place of its n-th answer, counted from 1. */
  | { kind: 'drop'; answer: number }
  /** Sends half of the next answer, then ends the connection. */
  | { kind: 'cut' }
  /** Sends half of the next answer, then nothing more. */
  | { kind: 'half' };

export interface FaultProxy {
  /** `127.0.0.1:PORT`. */
  address: string;
  host: string;
  port: number;
  set(fault: Fault): Promise<void>;
  close(): Promise<void>;
}

/** Stands before a port of this machine and disturbs what passes; the fault can be changed while it runs. */
export async function startFaultProxy(targetPort: number, listenPort = 0): Promise<FaultProxy> {
  const host = '127.0.0.1';
  const sockets = new Set<Socket>();
  let fault: Fault = { kind: 'pass' };
  let server: Server | null = null;
  let port = listenPort;

  const listen = async (): Promise<void> => {
    const made = createServer((client) => relay(client));
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, host, resolve);
    });
    server = made;
    port = (made.address() as AddressInfo).port;
  };

  const stop = async (): Promise<void> => {
    const running = server;
    server = null;
    if (!running) return;
    const closed = new Promise<void>((resolve) => running.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };

  const relay = (client: Socket): void => {
    keep(client);
    const upstream = connect(targetPort, host);
    keep(upstream);
    let answers = 0;
    let isSilent = false;
    client.on('data', (chunk: Buffer) => {
      if (fault.kind !== 'black-hole') upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      answers += 1;
      if (!isSilent) isSilent = disturbed(client, chunk, answers) === 'silent';
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  };

  const disturbed = (client: Socket, chunk: Buffer, answers: number): 'silent' | 'speaking' => {
    const now = fault;
    const half = chunk.subarray(0, Math.ceil(chunk.length / 2));
    switch (now.kind) {
      case 'black-hole':
        return 'silent';
      case 'delay':
        setTimeout(() => client.destroyed || client.write(chunk), now.delayMs).unref();
        return 'speaking';
      case 'drop':
        if (answers < now.answer) client.write(chunk);
        else client.destroy();
        return 'speaking';
      case 'cut':
        client.end(half);
        return 'silent';
      case 'half':
        client.write(half);
        return 'silent';
      case 'pass':
      case 'refuse':
        client.write(chunk);
        return 'speaking';
    }
  };

  await listen();
  return {
    address: `${host}:${port}`,
    host,
    port,
    set: async (next) => {
      fault = next;
      if (next.kind === 'refuse') await stop();
      else if (!server) await listen();
    },
    close: stop,
  };
}
