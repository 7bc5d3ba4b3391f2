import { Failure } from '../failure.ts';
import type { JsonValue } from '../workers/protocol.ts';

/** Deeper than anything that a tool takes, and far from where a runtime's own reader of messages overflows. */
const deepest = 256;

/** Arguments nested so deep that reading them would end a worker. Throws `invalid-input`. Goes no deeper itself. */
export function assertShallow(args: JsonValue, levels = deepest): void {
  if (levels < 0) {
    throw new Failure(
      'invalid-input',
      `The arguments are nested more than ${deepest} levels deep.`,
      'Send them flatter, or in parts.',
    );
  }
  if (typeof args !== 'object' || args === null) return;
  for (const member of Object.values(args)) assertShallow(member, levels - 1);
}
