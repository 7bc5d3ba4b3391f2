import { useState } from 'react';
import { useHost } from '../../app/use-host.ts';
import { useAsk } from '../../ask.ts';
import type { Approval } from './approval.ts';
import { questionToShow, queueOf, type QuestionGroup } from './queue.ts';

/** The queue and the question that is in sight. It stays there until it is answered, expires, or another is chosen. */
export function useQuestion(): {
  groups: QuestionGroup<Approval>[];
  question: Approval | null;
  position: number;
  count: number;
  isPending: boolean;
  choose: (id: string) => void;
} {
  const isUnlocked = useHost()?.locked === false;
  const list = useAsk('approvals.list', {}, { enabled: isUnlocked });
  const [shownId, setShownId] = useState<string | null>(null);
  const groups = queueOf(isUnlocked ? (list.data ?? []) : []);
  const question = questionToShow(groups, shownId);
  if (question !== null && question.id !== shownId) setShownId(question.id);
  const all = groups.flatMap(({ questions }) => questions);
  return {
    groups,
    question,
    position: question === null ? 0 : all.findIndex(({ id }) => id === question.id) + 1,
    count: all.length,
    isPending: isUnlocked && list.isPending,
    choose: setShownId,
  };
}
