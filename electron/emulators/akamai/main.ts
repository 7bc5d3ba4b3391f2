import '../shut-doors.ts';
import { parseArgs } from 'node:util';
import { startAkamaiEmulator } from './emulator.ts';
import { crowdSeed, demoSeed } from './seed.ts';

/**
 * `[--port N] [--credentials N] [--with-parent]`. The first line on stdout is one JSON object
 * `{"url","pid","credentials":[…]}`. `--credentials` makes that many small customers in place of the demo's.
 * Exits 0 on SIGTERM and SIGINT, and with `--with-parent` when stdin closes; 1 when it cannot listen; 2 for wrong usage.
 */
const usage = 'usage: akamai emulator [--port N] [--credentials N] [--with-parent]';

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
  credentials: { type: 'string' },
  'with-parent': { type: 'boolean' },
} as const;

function readArguments(): { port?: string; credentials?: string; 'with-parent'?: boolean } {
  try {
    return parseArgs({ options, strict: true, args: process.argv.slice(2) }).values;
  } catch {
    return fail(usage, 2);
  }
}

const given = readArguments();
const port = numberOf(given.port, 65_535) ?? 0;
const count = numberOf(given.credentials, 1000);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
if (given['with-parent'])
  process.stdin
    .on('end', () => process.exit(0))
    .on('error', () => process.exit(0))
    .resume();

async function start(): Promise<void> {
  const seed = count === undefined ? demoSeed() : crowdSeed(count);
  const { url, credentials } = await startAkamaiEmulator({ port, seed });
  process.stdout.write(`${JSON.stringify({ url, pid: process.pid, credentials })}\n`);
}

start().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  fail(isTaken ? `Port ${port} is in use: choose another with --port.` : `Cannot listen on port ${port}.`, 1);
});
