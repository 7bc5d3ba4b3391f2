import type { Tone } from '../../ui/badge.tsx';
import { exactDay } from '../../ui/time-words.ts';
import type { Due } from './credential.ts';

const dayMs = 86_400_000;

/** When a credential's secrets are due, as a colleague would say it. `tone` is null where nothing has to be said in a list. */
export function dueWords(due: Due, nowMs: number): { words: string; tone: Tone | null } {
  const atMs = due.dueAt === null ? null : Date.parse(due.dueAt);
  const isIssuers = due.source === 'issuer';
  switch (due.state) {
    case 'overdue':
      if (atMs === null) return { words: 'overdue', tone: 'bad' };
      return { words: isIssuers ? `expired ${ago(nowMs - atMs)}` : `overdue by ${days(nowMs - atMs)}`, tone: 'bad' };
    case 'soon':
      if (atMs === null) return { words: 'due soon', tone: 'warn' };
      return { words: `${isIssuers ? 'expires' : 'due'} ${ahead(atMs - nowMs)}`, tone: 'warn' };
    case 'fine':
      return { words: atMs === null ? 'fine' : `${isIssuers ? 'expires' : 'due'} ${exactDay(atMs)}`, tone: null };
    case 'unknown':
      return { words: 'no due date', tone: null };
  }
}

const days = (distanceMs: number): string => {
  const count = Math.max(0, Math.floor(distanceMs / dayMs));
  if (count === 0) return 'less than a day';
  return count === 1 ? '1 day' : `${count} days`;
};
const ago = (distanceMs: number): string => (distanceMs < dayMs ? 'today' : `${days(distanceMs)} ago`);
const ahead = (distanceMs: number): string => (distanceMs < dayMs ? 'within a day' : `in ${days(distanceMs)}`);
