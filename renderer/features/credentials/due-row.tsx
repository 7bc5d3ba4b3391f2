import { call } from '../../api.ts';
import { useAct, useNow } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Menu } from '../../ui/menu.tsx';
import { exactDay } from '../../ui/time-words.ts';
import type { Credential } from './credential.ts';
import { Fact } from './fact.tsx';
import { dueWords } from './due-words.ts';

/** When the secrets are due, who says so, and quiet about it for a while. */
export function DueRow({ credential: { name, due } }: { credential: Credential }) {
  const now = useNow(60_000);
  const act = useAct();
  const { words } = dueWords(due, now);
  const snoozedUntilMs = due.snoozedUntil === null ? 0 : Date.parse(due.snoozedUntil);
  const snooze = (days: number) => () => void act.run(() => call('reminders.snooze', { name, days }));
  return (
    <Fact label="Due">
      <p>
        {words}
        {due.dueAt !== null && due.state !== 'fine' && (
          <span className="text-muted"> ({exactDay(Date.parse(due.dueAt))})</span>
        )}
        {due.source !== null && (
          <span className="text-muted">, {due.source === 'issuer' ? 'says the issuer' : 'by your own interval'}</span>
        )}
      </p>
      {snoozedUntilMs > now ? (
        <p className="text-muted">
          No reminder before {exactDay(snoozedUntilMs)}.{' '}
          <Button size="small" onClick={snooze(0)}>
            Remind me again
          </Button>
        </p>
      ) : (
        (due.state === 'soon' || due.state === 'overdue') && (
          <Menu
            label="Snooze"
            trigger={
              <Button size="small" className="mt-1">
                Snooze…
              </Button>
            }
            items={[1, 3, 7, 30].map((days) => ({
              label: days === 1 ? 'For a day' : `For ${days} days`,
              run: snooze(days),
            }))}
          />
        )
      )}
      {act.failure && <FailureNote failure={act.failure} />}
    </Fact>
  );
}
