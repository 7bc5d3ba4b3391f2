import type { ReactNode } from 'react';
import { ListChecks } from 'lucide-react';
import { Page, Section } from '../../app/page.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Swatch } from '../../ui/swatch.tsx';
import { useAsk } from '../../ask.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import { ApprovalCard } from './approval-card.tsx';
import { useQuestion } from './use-question.ts';

/** Who waits for an answer? The question in full, and the rest of the queue. */
export function ApprovalsPage(): ReactNode {
  const { groups, question, position, count, isPending, choose } = useQuestion();
  const clientTitle = useClientTitle();
  const failure = useAsk('approvals.list', {}).error;
  const answer =
    failure !== null && count === 0
      ? 'It is not known whether anybody waits.'
      : count === 0
        ? 'Nobody waits for you.'
        : count === 1
          ? 'One question waits for you.'
          : `${count} questions wait for you.`;
  return (
    <Page title="Approvals" answer={<span aria-live="polite">{isPending ? 'Looking…' : answer}</span>}>
      {failure && <FailureNote failure={failure} />}
      {isPending && !failure && <Skeleton lines={5} />}
      {question && (
        <div className="max-w-2xl">
          <ApprovalCard ownsKeys question={question} position={position} count={count} />
        </div>
      )}
      {count > 1 && (
        <Section title="The queue">
          {groups.map(({ client, questions }) => (
            <div key={client} className="flex flex-col gap-1">
              <h3 className="text-muted">{shownText(clientTitle(client))}</h3>
              <ul className="rounded-md border border-line">
                {questions.map(({ id, credential, colour, sentence, askedAt }) => (
                  <li key={id} className="border-b border-line last:border-b-0">
                    <button
                      type="button"
                      aria-current={id === question?.id}
                      onClick={() => choose(id)}
                      className="flex min-h-8 w-full items-center gap-3 px-3 py-1 text-left hover:bg-hover aria-current:bg-chosen"
                    >
                      <Swatch colour={colour} />
                      <span className="font-medium">{shownText(credential)}</span>
                      <span className="min-w-0 flex-1 truncate">{shownText(sentence)}</span>
                      <span className="text-muted">
                        <RelativeTime at={askedAt} />
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </Section>
      )}
      {!isPending && !failure && count === 0 && (
        <EmptyState icon={<ListChecks size={28} aria-hidden />} title="Nobody waits for you">
          When a client wants to do something that needs your yes, its question appears here, and beside every other
          page.
        </EmptyState>
      )}
    </Page>
  );
}
