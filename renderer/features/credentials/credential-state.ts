import type { Tone } from '../../ui/badge.tsx';
import type { Credential } from './credential.ts';
import { dueWords } from './due-words.ts';

/** The one thing to know of a credential, worst first. `rank` sorts what needs somebody to the top. */
export function credentialState(credential: Credential, nowMs: number): { words: string; tone: Tone; rank: number } {
  const { due, lastTest } = credential;
  const { words, tone } = dueWords(due, nowMs);
  if (lastTest?.ok === false) return { words: 'does not work', tone: 'bad', rank: 0 };
  if (due.state === 'overdue') return { words, tone: tone ?? 'bad', rank: 1 };
  if (due.state === 'soon') return { words, tone: tone ?? 'warn', rank: 2 };
  if (lastTest === null) return { words: 'not tested', tone: 'neutral', rank: 3 };
  return { words: 'works', tone: 'good', rank: 4 };
}
