import { randomBytes } from 'node:crypto';
import type { JsonObject, WorkerError } from '../../core/workers/protocol.ts';

/** The FailureCodes of the core that a tool may end with (a test compares the two lists). */
export const toolErrorCodes = [
  'invalid-input',
  'not-found',
  'refused',
  'secret-missing',
  'too-large',
  'changed',
  'unreachable',
  'worker-failed',
  'upstream',
  'clock-skew',
  'rate-limited',
  'timed-out',
  'cancelled',
  'internal',
] as const;
export type ToolErrorCode = (typeof toolErrorCodes)[number];

/**
 * A known failure of a tool. `message` says what happened, `hint` what to do next. Neither may hold a secret, a stack or
 * an upstream body beyond the members that the provider's error mapping passes on.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ToolErrorCode;
  readonly hint: string;

  constructor(code: ToolErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** Writes one event to the host's log. Fields are flat and printable, and never hold a secret. */
export type ToolLog = (level: 'info' | 'warn' | 'error', event: string, fields: JsonObject) => void;

/** What the host may show of anything that was thrown. An unknown error becomes a fixed sentence with a log id. */
export function reportError(error: unknown, log: ToolLog): WorkerError {
  if (error instanceof ToolError) return { code: error.code, message: error.message, hint: error.hint };
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'The call was cancelled.', hint: 'Call the tool again if you still need it.' };
  }
  const logId = randomBytes(4).toString('hex');
  log('error', 'tool-defect', { logId, ...describeDefect(error) });
  return {
    code: 'internal',
    message: `Something in Chatelaine broke while it ran this call (log id ${logId}).`,
    hint: 'Try once more; if it happens again, report the log id.',
  };
}

/**
 * The message is kept only for errors that the engine itself words: others (JSON.parse, libraries) quote what they were
 * given, which may be an answer's body or a credential.
 */
function describeDefect(error: unknown): JsonObject {
  if (!(error instanceof Error)) return { kind: typeof error };
  const isEngineWorded = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return {
    kind: error.name,
    code,
    message: isEngineWorded && code === '' ? error.message.slice(0, 300) : '',
    stack: frames.slice(0, 8).join('\n'),
  };
}
