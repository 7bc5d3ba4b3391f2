import type { Decision, Grant } from './client.ts';

type Policy = Pick<Grant, 'effects' | 'toolsets'>;

const strictness: Record<Decision, number> = { allow: 0, ask: 1, deny: 2 };

/** Whether a change lets anything through that was not before: that needs the person. The host decides it again. */
export function isLooser(before: Policy, after: Policy): boolean {
  const effects = ['read', 'write', 'destroy'] as const;
  if (effects.some((effect) => strictness[after.effects[effect]] < strictness[before.effects[effect]])) return true;
  if (before.toolsets === 'all') return false;
  if (after.toolsets === 'all') return true;
  const known = before.toolsets;
  return after.toolsets.some((toolset) => !known.includes(toolset));
}
