import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface Step {
  title: ReactNode;
  state: 'done' | 'now' | 'waiting' | 'failed';
  detail?: ReactNode;
}

const looks = {
  done: 'bg-good-soft text-good',
  now: 'bg-accent text-on-accent',
  waiting: 'bg-hover text-muted',
  failed: 'bg-bad-soft text-bad',
};
const words = { done: 'done', now: 'now', waiting: 'to come', failed: 'failed' };

/** Steps that fill as they are done. */
export function Timeline({ steps, label }: { steps: readonly Step[]; label: string }) {
  return (
    <ol aria-label={label} aria-live="polite" className="flex flex-col">
      {steps.map(({ title, state, detail }, index) => (
        <li key={index} className="relative flex gap-3 pb-4 last:pb-0">
          {index < steps.length - 1 && <span aria-hidden className="absolute top-5 bottom-0 left-[9px] w-px bg-line" />}
          <span
            aria-hidden
            className={classNames(
              'relative flex size-5 shrink-0 items-center justify-center rounded-full text-12',
              looks[state],
            )}
          >
            {state === 'done' ? '✓' : state === 'failed' ? '✕' : index + 1}
          </span>
          <div className="min-w-0 flex-1">
            <p className={classNames('font-medium', state === 'waiting' && 'text-muted')}>
              {title} <span className="sr-only">({words[state]})</span>
            </p>
            {detail && <div className="break-words text-muted">{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
