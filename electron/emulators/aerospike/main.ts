import '../shut-doors.ts';
import { parseArgs } from 'node:util';
import { demoProfiles, demoTls, demoUsers } from './demo-credentials.ts';
import { startAerospikeEmulator } from './emulator.ts';

/**
 * `[--port N] [--nodes N] [--tls] [--auth] [--with-parent]`. The first line on stdout is one JSON object
 * `{"url","pid","credentials":[…]}`. Node i listens on port + i. Exits 0 on SIGTERM and SIGINT, and with `--with-parent`
 * when stdin closes; 1 when it cannot listen; 2 for wrong usage.
 */
const usage = 'usage: aerospike emulator [--port N] [--nodes N] [--tls] [--auth] [--with-parent]';

const fail = (sentence: string, code: number): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
};

const numberOf = (text: string | undefined, max: number): number | undefined => {
  if (text === undefined) return undefined;
  const number = Number(text);
  return /^\d+$/.test(text) && number <= max ? number : fail(usage, 2);
};

const options = {
  port: { type: 'string' },
  nodes: { type: 'string' },
  tls: { type: 'boolean' },
  auth: { type: 'boolean' },
  'with-parent': { type: 'boolean' },
} as const;

function readArguments(): { port?: string; nodes?: string; tls?: boolean; auth?: boolean; 'with-parent'?: boolean } {
  try {
    return parseArgs({ options, strict: true, args: process.argv.slice(2) }).values;
  } catch {
    return fail(usage, 2);
  }
}

const given = readArguments();
const port = numberOf(given.port, 65_535) ?? 0;
const nodes = numberOf(given.nodes, 8) ?? 2;
if (nodes === 0 || port + nodes - 1 > 65_535) fail(usage, 2);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
if (given['with-parent'])
  process.stdin
    .on('end', () => process.exit(0))
    .on('error', () => process.exit(0))
    .resume();

async function start(): Promise<void> {
  const tls = given.tls ? demoTls() : null;
  const { hosts } = await startAerospikeEmulator({
    port,
    nodes,
    seed: 'demo',
    ...(tls ? { tls: tls.server } : {}),
    ...(given.auth ? { auth: demoUsers } : {}),
  });
  const credentials = demoProfiles(hosts, given.auth ?? false, tls);
  process.stdout.write(`${JSON.stringify({ url: hosts[0], pid: process.pid, credentials })}\n`);
}

start().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const ports = nodes === 1 ? `Port ${port} is` : `One of the ports ${port} to ${port + nodes - 1} is`;
  fail(isTaken ? `${ports} in use: choose another with --port.` : `Cannot listen on port ${port}.`, 1);
});
