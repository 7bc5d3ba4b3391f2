import type { ReactNode } from 'react';
import type { Act } from '../../ask.ts';
import { Section } from '../../app/page.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';

/** One group of settings in its frame, with what went wrong when it was set. */
export function Setting({ title, act, children }: { title: string; act?: Act; children: ReactNode }) {
  return (
    <Section title={title}>
      <div className="flex flex-col gap-3 rounded-md border border-line bg-raised px-4 py-3">
        {children}
        {act?.failure && <FailureNote failure={act.failure} />}
      </div>
    </Section>
  );
}
