import { useEffect, type ReactNode } from 'react';
import { useHost } from '../../app/use-host.ts';
import { ApprovalCard } from './approval-card.tsx';
import { useQuestion } from './use-question.ts';

/** The small window above all others: one question, nothing else. It closes when the queue is empty. */
export function ApprovalWindow(): ReactNode {
  const { question, position, count, isPending } = useQuestion();
  const host = useHost();
  useEffect(() => {
    document.title = question ? `${question.client} asks · Chatelaine` : 'Chatelaine';
    if (!question && !isPending && host?.desktop) window.close();
  }, [question, isPending, host]);
  return (
    <main className="h-full bg-raised">
      <h1 className="sr-only">Approval</h1>
      {question && <ApprovalCard bare takesFocus ownsKeys question={question} position={position} count={count} />}
    </main>
  );
}
