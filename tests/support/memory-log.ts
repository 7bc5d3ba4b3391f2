import type { Log } from '../../electron/core/log.ts';

/** Keeps what was logged, printed as the real log prints it, so that a test can look for what must not be there. */
export function createMemoryLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (event: string, fields: object = {}): void =>
      void lines.push(JSON.stringify({ level, event, ...fields }));
  return {
    lines,
    info: write('info'),
    warn: write('warn'),
    error(event, error, fields) {
      write('error')(event, { ...fields, message: error instanceof Error ? error.message : String(error) });
      return 'logid';
    },
  };
}
