import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Line } from '../activity/line-words.ts';
import { useLineWords } from '../activity/use-line-words.ts';

/** Waits for the first call of a client and shows it as it arrives. */
export function FirstCall({
  line,
  seen,
  isRegistered,
}: {
  line: Line | null;
  seen: string | null;
  isRegistered: boolean;
}) {
  const lineWords = useLineWords();
  if (line) {
    return (
      <p className="enter rounded-md bg-good-soft px-3 py-2 text-good">
        {lineWords(line).text}, <RelativeTime at={line.at} />
      </p>
    );
  }
  if (!isRegistered) return <p>After a client is registered, ask it: {examples}</p>;
  return (
    <div>
      {seen !== null && <p>{seen}</p>}
      <p>Start the client and ask it: {examples} The call appears here by itself.</p>
    </div>
  );
}

const examples = '“Which Akamai properties do I have?” or “Is my Aerospike cluster healthy?”';
