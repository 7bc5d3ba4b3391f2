import { Failure } from '../failure.ts';
import { aerospike } from './aerospike.ts';
import { akamai } from './akamai.ts';
import { shown } from './entry-fields.ts';
import type { Provider } from './provider.ts';

/** Every kind of credential that Chatelaine keeps. A new one is one file and one line here. */
export const providers: readonly Provider[] = [akamai, aerospike];

/** Rejects with `not-found` and the ids there are. */
export const providerOf = (id: string): Provider => {
  const found = providers.find((provider) => provider.id === id);
  if (found !== undefined) return found;
  const known = providers.map((provider) => provider.id).join(', ');
  throw new Failure('not-found', `There is no provider “${shown(id)}”.`, `Use one of: ${known}.`);
};
