import type { HostFailure } from '../api.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';

/** What happened and was not changed, and what to do. */
export function FailureNote({ failure, onRetry }: { failure: HostFailure; onRetry?: () => void }) {
  return (
    <Banner
      urgent
      tone="bad"
      title={failure.message}
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {failure.hint}
    </Banner>
  );
}
