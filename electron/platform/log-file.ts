import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Log, LogFields } from '../core/log.ts';

const sizeLimitBytes = 4 << 20;
const lineLimit = 8_000;

/** The host's log: `logs/host.log` in the data folder, 0600, one line an event, the previous one kept at 4 MiB. */
export function createLogFile(home: string): Log & { close(): Promise<void> } {
  const folder = join(home, 'logs');
  const path = join(folder, 'host.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let stream: WriteStream | null = null;
  let size = 0;

  function write(level: string, event: string, fields: LogFields = {}): void {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }).slice(0, lineLimit)}\n`;
    if (stream && size > sizeLimitBytes) {
      stream.end();
      stream = null;
    }
    if (!stream) {
      size = rotate(path);
      stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
      // A full disk must not take the host down; what could not be logged is lost, not the call.
      stream.on('error', () => undefined);
    }
    size += line.length;
    stream.write(line);
  }

  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error(event, error, fields) {
      const logId = randomBytes(4).toString('hex');
      const facts = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : {};
      write('error', event, { logId, ...facts, ...fields });
      return logId;
    },
    close: () => new Promise((resolve) => (stream ? stream.end(() => resolve()) : resolve())),
  };
}

/** Size of the log to append to; one that is full becomes `host.log.1` first. */
function rotate(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= sizeLimitBytes) return size;
  renameSync(path, `${path}.1`);
  return 0;
}
