import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useHost } from '../../app/use-host.ts';
import { Button } from '../../ui/button.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import { ApprovalCard } from './approval-card.tsx';
import { useQuestion } from './use-question.ts';

/** The question that waits, beside whatever page is open. On a desktop it has a window of its own instead. */
export function ApprovalPanel() {
  const host = useHost();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { question, position, count } = useQuestion();
  const clientTitle = useClientTitle();
  const [foldedId, setFoldedId] = useState<string | null>(null);
  const isElsewhere = host === null || host.desktop || path === '/approvals';
  const isFolded = question !== null && foldedId === question.id;
  return (
    <>
      <p role="status" aria-live="polite" className="sr-only">
        {question &&
          !isElsewhere &&
          `${shownText(clientTitle(question.client))} waits for your answer: ${shownText(question.sentence)}`}
      </p>
      {question && !isElsewhere && (
        <section
          aria-label="Waiting for your answer"
          className="enter fixed right-4 bottom-4 z-30 flex max-h-[min(calc(100vh-32px),560px)] w-[min(440px,calc(100vw-32px))] flex-col"
        >
          {isFolded ? (
            <Button look="main" className="self-end shadow-panel" onClick={() => setFoldedId(null)}>
              {count === 1 ? '1 question waits' : `${count} questions wait`}
            </Button>
          ) : (
            <>
              <Button size="small" className="mb-1 self-end" onClick={() => setFoldedId(question.id)}>
                Later
              </Button>
              <ApprovalCard question={question} position={position} count={count} />
            </>
          )}
        </section>
      )}
    </>
  );
}
