import { useCallback } from 'react';
import type { HostFailure } from '../../api.ts';
import { useAsk } from '../../ask.ts';
import type { Provider } from './credential.ts';

export function useProviders(): {
  providers: readonly Provider[];
  titleOf: (id: string) => string;
  failure: HostFailure | null;
} {
  const { data: providers, error: failure } = useAsk('providers.list', {});
  const titleOf = useCallback(
    (id: string) => providers?.find((provider) => provider.id === id)?.title ?? id,
    [providers],
  );
  return { providers: providers ?? [], titleOf, failure };
}
