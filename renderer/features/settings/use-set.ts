import { useQueryClient } from '@tanstack/react-query';
import { call, type Input, type Output } from '../../api.ts';
import { useAct, type Act } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { turnedDown } from './protection.ts';

export type Settings = Output<'settings.get'>;

/**
 * Sets some of the settings at once, and shows them as the host has them then. What turns protection down is confirmed
 * first. Answers whether it was set.
 */
export function useSet(): { act: Act; set: (change: Input<'settings.set'>) => Promise<boolean> } {
  const act = useAct();
  const confirm = useConfirm();
  const queries = useQueryClient();
  return {
    act,
    async set(change) {
      const now = queries.getQueryData<Settings>(['settings.get', {}]);
      const losses = now ? turnedDown(change, now) : [];
      const settings = await act.run(() =>
        confirm({
          title: 'Turn this protection down?',
          text: losses.length > 0 ? losses.join(' ') : 'Chatelaine wants to know that you are here for this change.',
          verb: 'Turn it down',
          when: losses.length > 0 ? 'always' : 'refused',
          run: (proof) => call('settings.set', change, proof),
        }),
      );
      if (!settings) return false;
      queries.setQueryData(['settings.get', {}], settings);
      return true;
    },
  };
}
