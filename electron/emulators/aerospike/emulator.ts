import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { createCluster, rebalance, type Cluster, type ClusterNode, type Edition, type LoginSeen } from './cluster.ts';
import { serve } from './connection.ts';
import { loadLua } from './lua.ts';
import { createKnobs, type Knobs } from './knobs.ts';
import { demoNamespaces, seedDemo } from './seed.ts';
import { createUsers, type UserPlan } from './users.ts';

export interface EmulatedTls {
  /** PEM. */
  key: string;
  cert: string;
  ca?: string;
  requireClientCert?: boolean;
  /** What the servers call themselves to clients; the certificate's name. */
  name?: string;
}

export interface AerospikeEmulatorOptions {
  /** Node i listens on port + i; without it each takes a free port. */
  port?: number;
  nodes?: number;
  tls?: EmulatedTls;
  /** With users security is on, which makes the edition enterprise. `true` for an admin with the password "admin". */
  auth?: boolean | readonly UserPlan[];
  edition?: Edition;
  build?: string;
  /** What it starts with: the demo's records, or nothing but the namespaces `test` and `bar`. */
  seed?: 'demo' | 'empty';
  /** How long a login is good for. */
  sessionSeconds?: number;
  /** Told what each login brought, before it is judged. */
  onLogin?: (seen: LoginSeen) => void;
}

export interface AerospikeEmulator extends Knobs {
  /** `127.0.0.1:PORT` of each node. */
  hosts: string[];
  cluster: Cluster;
  /** Ends a node: its port refuses, its connections are cut, the others take over. */
  stopNode(index: number): Promise<void>;
  /** Brings it back on the same port. */
  startNode(index: number): Promise<void>;
  close(): Promise<void>;
}

/** A cluster of Aerospike nodes in this process, on loopback. Rejects with the socket's error where a port is taken. */
export async function startAerospikeEmulator(options: AerospikeEmulatorOptions = {}): Promise<AerospikeEmulator> {
  const { nodes = 2, port, tls, auth = false, seed = 'empty' } = options;
  await loadLua();
  const clock = { offsetMs: 0 };
  const plans = auth === true ? [{ name: 'admin', password: 'admin', roles: ['superuser'] }] : auth;
  const cluster = createCluster({
    edition: options.edition ?? (plans || tls ? 'enterprise' : 'community'),
    build: options.build ?? '8.1.2.0',
    nodes,
    namespaces: demoNamespaces.filter(({ name }) => seed === 'demo' || name !== 'sessions'),
    users: plans ? createUsers(plans, options.sessionSeconds) : null,
    isTls: tls !== undefined,
    tlsName: tls?.name ?? '',
    onLogin: options.onLogin ?? (() => undefined),
    now: () => Date.now() + clock.offsetMs,
  });
  const listeners = cluster.nodes.map((node) => createListener(cluster, node, tls));
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.stop()));
  };
  try {
    for (const [index, listener] of listeners.entries())
      await listener.start(port === undefined || port === 0 ? 0 : port + index);
  } catch (error) {
    await close();
    throw error;
  }
  if (seed === 'demo') seedDemo(cluster);
  return {
    ...createKnobs(cluster, clock),
    hosts: cluster.nodes.map((node) => `127.0.0.1:${node.port}`),
    cluster,
    stopNode: async (index) => {
      const node = cluster.nodes[index];
      if (!node?.isUp) return;
      node.isUp = false;
      rebalance(cluster);
      await listeners[index]?.stop();
    },
    startNode: async (index) => {
      const node = cluster.nodes[index];
      if (!node || node.isUp) return;
      await listeners[index]?.start(node.port);
      node.isUp = true;
      node.startedMs = cluster.now();
      rebalance(cluster);
    },
    close,
  };
}

interface Listener {
  start(port: number): Promise<void>;
  stop(): Promise<void>;
}

function createListener(cluster: Cluster, node: ClusterNode, tls: EmulatedTls | undefined): Listener {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  const accept = (socket: Socket, certificateName: string | null): void => {
    serve(socket, { cluster, node }, certificateName);
  };
  const build = (): Server => {
    const made = tls ? createSecure(tls, accept) : createTcpServer((socket) => accept(socket, null));
    // The raw sockets, also those in the middle of a handshake.
    return made.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    });
  };
  return {
    start: async (port) => {
      const made = build();
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.listen(port, '127.0.0.1', resolve);
      });
      server = made;
      node.port = (made.address() as AddressInfo).port;
      // A server that listens with TLS alone has no clear port.
      node.config.network.set('service.port', tls ? '0' : String(node.port));
      node.config.network.set('service.tls-port', tls ? String(node.port) : '0');
    },
    stop: async () => {
      const running = server;
      server = null;
      if (!running) return;
      const closed = new Promise<void>((resolve) => running.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createSecure(tls: EmulatedTls, accept: (socket: Socket, certificateName: string | null) => void): Server {
  const { key, cert, ca, requireClientCert = false } = tls;
  const server = createTlsServer(
    {
      key,
      cert,
      ...(ca === undefined ? {} : { ca }),
      requestCert: requireClientCert,
      rejectUnauthorized: requireClientCert,
    },
    (socket: TLSSocket) => accept(socket, requireClientCert ? commonName(socket) : null),
  );
  return server.on('tlsClientError', () => undefined);
}

/** The name in the client's certificate: the user, where it logs in by that. */
function commonName(socket: TLSSocket): string | null {
  const { CN: name } = socket.getPeerCertificate().subject;
  return (Array.isArray(name) ? name[0] : name) ?? null;
}
