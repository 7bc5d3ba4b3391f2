import { useAsk } from '../ask.ts';
import { useHost } from './use-host.ts';

/** How many things wait for a person, by page. Nothing while locked: contents are not shown then. */
export function useAttention(): { approvals: number; due: number } {
  const host = useHost();
  const enabled = host?.locked === false;
  const approvals = useAsk('approvals.list', {}, { enabled }).data?.length ?? 0;
  const due = useAsk('reminders.list', {}, { enabled }).data?.filter(
    ({ state }) => state === 'overdue' || state === 'soon',
  );
  return enabled ? { approvals, due: due?.length ?? 0 } : { approvals: 0, due: 0 };
}
