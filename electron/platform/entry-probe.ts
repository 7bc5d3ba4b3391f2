import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Entry } from '../core/contract/views.ts';
import type { EntryProbe } from '../core/clients/verify.ts';

const deadlineMs = 30_000;
const protocolVersion = '2025-11-25';

const Answer = z.object({
  id: z.number().optional(),
  result: z.object({ protocolVersion: z.string().optional(), tools: z.array(z.unknown()).optional() }).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** Launches an entry exactly as a client would, with nothing but its own environment, and asks it for its tools. */
export const probeEntry: EntryProbe = (entry: Entry) =>
  new Promise((resolve) => {
    const child = spawn(entry.command, entry.args, {
      env: entry.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let complaint = '';
    let version: string | null = null;
    const finish = (ok: boolean, message: string, tools = 0): void => {
      clearTimeout(timer);
      child.stdin.end();
      child.kill();
      resolve({ ok, message, protocolVersion: version, tools });
    };
    const timer = setTimeout(() => finish(false, 'It did not answer in time.'), deadlineMs);
    const send = (message: object): void =>
      void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

    child.on('error', (error) => finish(false, `It could not be started: ${error.message}`));
    child.on('exit', (code) => finish(false, `It ended at once (code ${code ?? '?'}). ${complaint}`.trim()));
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(0, 500)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, result, error } = answerIn(line);
      if (error) finish(false, error.message);
      else if (id === 1) {
        version = result?.protocolVersion ?? null;
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/list', params: {} });
      } else if (id === 2) finish(true, 'It connects and lists its tools.', result?.tools?.length ?? 0);
    });
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion, capabilities: {}, clientInfo: { name: 'chatelaine-verify', version: '1' } },
    });
  });

/** What an entry prints may be anything; a line that is no answer to us is passed over. */
function answerIn(line: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    return {};
  }
}
