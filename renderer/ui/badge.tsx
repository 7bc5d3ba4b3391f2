import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';

export const toneLooks: Record<Tone, string> = {
  neutral: 'bg-hover text-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
};
const marks: Record<Tone, string> = { neutral: '', good: '✓', warn: '▲', bad: '✕', info: 'ℹ' };

/** A state in a word with its mark; the colour only repeats it. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-12 whitespace-nowrap',
        toneLooks[tone],
      )}
    >
      {marks[tone] !== '' && (
        <span aria-hidden className="text-[10px]">
          {marks[tone]}
        </span>
      )}
      {children}
    </span>
  );
}
