import { useCallback } from 'react';
import { useAsk } from '../../ask.ts';
import { useHost } from '../../app/use-host.ts';
import type { Registration } from './client.ts';

/** A registration's name for people: `Claude Desktop`, unless somebody gave it a name of its own. */
export const titleOf = ({ name, client, title }: Pick<Registration, 'name' | 'client' | 'title'>): string =>
  name === client ? title : name;

/** The same, by the name that approvals and the record use. */
export function useClientTitle(): (name: string) => string {
  const isUnlocked = useHost()?.locked === false;
  const registrations = useAsk('clients.list', {}, { enabled: isUnlocked }).data;
  return useCallback(
    (name: string) => {
      const registration = registrations?.find((one) => one.name === name);
      return registration ? titleOf(registration) : name;
    },
    [registrations],
  );
}
