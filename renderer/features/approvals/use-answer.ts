import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useAct, type Act } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import type { Approval, Scope } from './approval.ts';

/** The person's yes or no to one question. A yes takes the passphrase where the host asks for one. */
export function useAnswer(question: Approval): {
  act: Act;
  approve: (scope: Scope, typed?: string) => void;
  deny: () => void;
} {
  const act = useAct();
  const confirm = useConfirm();
  const clientTitle = useClientTitle();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['approvals.list'] });
  return {
    act,
    approve: (scope, typed) =>
      void act.run(async () => {
        await confirm({
          when: 'refused',
          title: `Allow ${clientTitle(question.client)} ${scopeWords[scope]}?`,
          text: `${shownText(question.sentence).replace(/\.$/, '')}, with ${question.credential}.`,
          verb: verbs[scope],
          danger: question.effect === 'destroy',
          run: (proof) =>
            call('approvals.approve', { id: question.id, scope, ...(typed !== undefined && { typed }) }, proof),
        });
        await refresh();
      }),
    deny: () =>
      void act.run(async () => {
        await call('approvals.deny', { id: question.id });
        await refresh();
      }),
  };
}

const scopeWords: Record<Scope, string> = { once: 'this once', session: 'for this session', '15m': 'for 15 minutes' };
const verbs: Record<Scope, string> = {
  once: 'Allow once',
  session: 'Allow for this session',
  '15m': 'Allow for 15 minutes',
};
