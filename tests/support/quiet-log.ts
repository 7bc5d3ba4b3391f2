import type { Log } from '../../electron/core/log.ts';

/** A log that keeps its events as text, for tests that look for what must not be there. */
export const createQuietLog = (): Log & { readonly lines: string[] } => {
  const lines: string[] = [];
  const keep = (event: string, ...rest: unknown[]): void => void lines.push(`${event} ${JSON.stringify(rest)}`);
  return {
    lines,
    info: keep,
    warn: keep,
    error(event, error, fields) {
      keep(event, String(error), fields);
      return 'log-id';
    },
  };
};
