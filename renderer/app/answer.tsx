import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { HostFailure } from '../api.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

interface AnswerProps<Data> {
  of: UseQueryResult<Data, HostFailure>;
  lines?: number;
  children: (data: Data) => ReactNode;
}

/** What was asked: its answer, its place while it is awaited, or why there is none. An older answer stays in sight. */
export function Answer<Data>({ of, lines = 4, children }: AnswerProps<Data>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) {
    return (
      <div className="p-3">
        <FailureNote failure={of.error} onRetry={() => void of.refetch()} />
      </div>
    );
  }
  return <Skeleton lines={lines} />;
}
