/**
 * Every known way in which Chatelaine can fail, with the exit code that the command line gives it (docs/cli.md).
 * 1 failed, 2 wrong usage, 3 locked, 4 not found, 5 refused by policy or person.
 */
const exitCodes = {
  'invalid-input': 2,
  'already-exists': 2,
  locked: 3,
  'not-found': 4,
  refused: 5,
  'keychain-absent': 1,
  'keychain-denied': 1,
  'keychain-unresponsive': 1,
  'secret-missing': 1,
  damaged: 1,
  'newer-format': 1,
  'disk-full': 1,
  'not-writable': 1,
  'too-large': 1,
  changed: 1,
  'already-running': 1,
  'not-running': 1,
  'setup-needed': 1,
  'address-in-use': 1,
  unreachable: 1,
  'worker-failed': 1,
  upstream: 1,
  'clock-skew': 1,
  'rate-limited': 1,
  'timed-out': 1,
  cancelled: 1,
  internal: 1,
} as const;

export type FailureCode = keyof typeof exitCodes;

export const isFailureCode = (code: unknown): code is FailureCode =>
  typeof code === 'string' && Object.hasOwn(exitCodes, code);

export const exitCodeOf = (code: FailureCode): number => exitCodes[code];

/** What crosses a boundary instead of an exception: what happened, and what to do next. */
export interface FailureReport {
  code: FailureCode;
  message: string;
  hint: string;
}

/** What is told of a defect: nothing but where its details are. */
export const internalFailure = (logId: string): FailureReport => ({
  code: 'internal',
  message: 'Something went wrong in Chatelaine.',
  hint: `Its log has the details under ${logId}.`,
});

/**
 * A known failure. `message` says what happened and what was not changed, `hint` what to do next; neither may hold a
 * secret, a stack or an upstream body. Anything else that is thrown is a defect and is shown as `internal` with a log id.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly hint: string;

  constructor(code: FailureCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  report(): FailureReport {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}
