import { useQueryClient } from '@tanstack/react-query';
import { call, type Input, type Output } from '../../api.ts';
import { useAct, type Act } from '../../ask.ts';

export type Settings = Output<'settings.get'>;

/** Sets some of the settings at once, and shows them as the host has them then. */
export function useSet(): { act: Act; set: (change: Input<'settings.set'>) => void } {
  const act = useAct();
  const queries = useQueryClient();
  return {
    act,
    set: (change) =>
      void act.run(async () => {
        queries.setQueryData(['settings.get', {}], await call('settings.set', change));
      }),
  };
}
