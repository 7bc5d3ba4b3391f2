import { useCallback } from 'react';
import { useAsk } from '../../ask.ts';
import type { Provider } from './credential.ts';

export function useProviders(): { providers: readonly Provider[]; titleOf: (id: string) => string } {
  const providers = useAsk('providers.list', {}).data;
  const titleOf = useCallback(
    (id: string) => providers?.find((provider) => provider.id === id)?.title ?? id,
    [providers],
  );
  return { providers: providers ?? [], titleOf };
}
