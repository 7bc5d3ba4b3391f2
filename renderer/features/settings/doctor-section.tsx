import { Answer } from '../../app/answer.tsx';
import { Section } from '../../app/page.tsx';
import { useAsk } from '../../ask.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { shownText } from '../../ui/shown-text.ts';

const tones = { ok: 'good', warning: 'warn', failed: 'bad' } as const;
const words = { ok: 'fine', warning: 'look at it', failed: 'failed' };

/** The checks, each with what to do about it. */
export function DoctorSection() {
  const doctor = useAsk('host.doctor', {});
  return (
    <Section
      title="Checks"
      actions={
        <Button size="small" busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
          Check again
        </Button>
      }
    >
      <Answer of={doctor} lines={6}>
        {({ checks }) => (
          <ul className="rounded-md border border-line bg-raised">
            {checks.map(({ name, state, message, hint }) => (
              <li
                key={name}
                className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
              >
                <span className="w-28 shrink-0 font-medium">{name}</span>
                <div className="min-w-0 flex-1 basis-52 break-words">
                  <p>{shownText(message)}</p>
                  {hint !== '' && <p className="text-muted">{shownText(hint)}</p>}
                </div>
                <Badge tone={tones[state]}>{words[state]}</Badge>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  );
}
