import type { Secret } from './credentials/secret.ts';

/** Only flat, printable facts are logged; a Secret prints as `[secret]` wherever it turns up. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | Secret>>;

/** Where the host says what it does. One line per event; the adapter caps the length and writes to the data folder. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `error` is reduced to its name, message and stack in the log file; none of that leaves the host. Returns a log id. */
  error(event: string, error: unknown, fields?: LogFields): string;
}
