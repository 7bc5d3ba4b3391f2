import { useNow } from '../ask.ts';
import { exactTime, relativeTime } from './time-words.ts';

/** How long ago; the exact moment in the person's zone on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow(30_000);
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return <span>at an unknown time</span>;
  return (
    <time dateTime={at} title={exactTime(atMs)} className="whitespace-nowrap">
      {relativeTime(atMs, now)}
    </time>
  );
}
