import { useNow } from '../../ask.ts';
import { timeLeft } from '../../ui/time-words.ts';

/** Counts down. Not a live region: a screen reader would read every second. */
export function TimeLeft({ until }: { until: string }) {
  const now = useNow(500);
  const untilMs = Date.parse(until);
  if (untilMs <= now) return <span className="text-bad">No time left</span>;
  return (
    <span data-figures className={untilMs - now < 30_000 ? 'text-bad' : 'text-muted'}>
      {timeLeft(untilMs, now)} left
    </span>
  );
}
