import { useState } from 'react';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { shownText } from '../../ui/shown-text.ts';
import type { Concern } from './concerns.ts';

const atFirst = 6;

/** What is not right, the first thing first. */
export function ConcernList({ concerns }: { concerns: readonly Concern[] }) {
  const [isWhole, setWhole] = useState(false);
  if (concerns.length === 0) {
    return (
      <Banner tone="good" title="✓ Everything is all right.">
        The vault answers, nothing is due, and nobody waits for you.
      </Banner>
    );
  }
  const shown = isWhole ? concerns : concerns.slice(0, atFirst);
  return (
    <div className="flex flex-col gap-2">
      <ul className="flex flex-col gap-2">
        {shown.map(({ key, tone, title, text, action }) => (
          <li key={key}>
            <Banner
              tone={tone}
              title={shownText(title)}
              action={
                action && (
                  <a
                    href={action.href}
                    className="rounded-md border border-current px-2.5 py-0.5 font-medium hover:bg-surface/40"
                  >
                    {action.words}
                  </a>
                )
              }
            >
              {shownText(text)}
            </Banner>
          </li>
        ))}
      </ul>
      {concerns.length > shown.length && (
        <Button className="self-start" onClick={() => setWhole(true)}>
          Show {concerns.length - shown.length} more
        </Button>
      )}
    </div>
  );
}
