import { describe, expect, it } from 'vitest';
import { badge, sentence, type TrayStatus } from '../../../electron/main/tray-status.ts';

describe('the tray', () => {
  it.each<[TrayStatus, string, number]>([
    [{ name: 'setup' }, 'Chatelaine has no vault yet', 0],
    [{ name: 'locked' }, 'Chatelaine is locked', 0],
    [{ name: 'open', approvals: 0, due: 0 }, 'Chatelaine: all is well', 0],
    [{ name: 'open', approvals: 1, due: 0 }, 'Chatelaine: 1 approval waits', 1],
    [{ name: 'open', approvals: 2, due: 3 }, 'Chatelaine: 2 approvals wait, 3 overdue', 5],
    [{ name: 'open', approvals: 0, due: 1 }, 'Chatelaine: 1 overdue', 1],
    [{ name: 'ending', calls: 0 }, 'Chatelaine is ending', 0],
    [{ name: 'ending', calls: 1 }, 'Chatelaine ends when 1 call is done', 0],
    [{ name: 'ending', calls: 2 }, 'Chatelaine ends when 2 calls are done', 0],
  ])('says of %j: %s', (status, words, number) => {
    expect(sentence(status)).toBe(words);
    expect(badge(status)).toBe(number);
  });
});
