import type { Tone } from '../../ui/badge.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { clockTime, exactDay } from '../../ui/time-words.ts';
import type { Registration } from './client.ts';

/** Whether a client really works, in a word and a sentence. */
export function clientState(registration: Pick<Registration, 'entry' | 'lastSeen' | 'connected' | 'title'>): {
  tone: Tone;
  word: string;
  sentence: string;
} {
  const { entry, lastSeen, connected, title } = registration;
  switch (entry) {
    case 'missing':
      return {
        tone: 'bad',
        word: 'entry missing',
        sentence: `${title} has lost its entry, so it cannot start Chatelaine.`,
      };
    case 'changed':
      return {
        tone: 'warn',
        word: 'entry changed',
        sentence: `Somebody changed the entry in the configuration of ${title}.`,
      };
    case 'unreadable':
      return { tone: 'warn', word: 'not readable', sentence: `The configuration of ${title} cannot be read.` };
    case 'present':
    case 'printed':
      // Who connected is kept in memory only, so a client that worked yesterday is not seen either.
      if (lastSeen === null)
        return {
          tone: 'neutral',
          word: 'registered',
          sentence: `${title} was not seen since Chatelaine started. Start it and ask it something to see that it works.`,
        };
      return {
        tone: 'good',
        word: connected ? 'connected' : 'verified',
        sentence: verifiedWords(lastSeen, connected),
      };
  }
}

/** `Verified 12:03, Claude Desktop 1.2, 2025-11-25` */
export function verifiedWords(lastSeen: NonNullable<Registration['lastSeen']>, connected = false): string {
  const atMs = Date.parse(lastSeen.at);
  const when = exactDay(atMs) === exactDay(Date.now()) ? clockTime(atMs) : exactDay(atMs);
  return `${connected ? 'Connected, verified' : 'Verified'} ${when}, ${shownText([lastSeen.name, lastSeen.version].filter(Boolean).join(' '))}, ${lastSeen.protocolVersion}`;
}
