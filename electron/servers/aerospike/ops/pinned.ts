import type { Plan } from '../../../core/workers/protocol.ts';
import { ToolError } from '../../kit/tool-error.ts';

/**
 * What was shown to the person must still hold when the call runs: `seen` is the same fact read anew, compared with the
 * plan's preview member of that name. Throws `changed`.
 */
export function assertStill(plan: Plan | null, member: string, seen: unknown): void {
  if (plan !== null && JSON.stringify(plan.preview[member]) === JSON.stringify(seen)) return;
  throw new ToolError(
    'changed',
    'What this change was agreed on is not so any more.',
    'Look again, and call the tool again if it is still wanted.',
  );
}
