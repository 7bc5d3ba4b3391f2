import { Failure } from '../failure.ts';
import type { JsonValue } from '../workers/protocol.ts';

/** Deeper than anything that a tool takes, and far from where a runtime's own reader of messages overflows. */
const deepest = 256;

/** Arguments nested so deep that reading them would end a worker. Throws `invalid-input`. Does not recurse. */
export function assertShallow(args: JsonValue): void {
  let level: JsonValue[] = [args];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) {
      throw new Failure(
        'invalid-input',
        `The arguments are nested more than ${deepest} levels deep.`,
        'Send them flatter, or in parts.',
      );
    }
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
}
