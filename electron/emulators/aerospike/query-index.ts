import type { Cluster } from './cluster.ts';
import type { Index, Namespace } from './store.ts';

export const entriesOf = (_cluster: Cluster, _namespace: Namespace, _index: Index): number => 0;
