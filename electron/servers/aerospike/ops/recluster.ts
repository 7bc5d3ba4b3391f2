import type { Snapshot } from './cluster.ts';

/**
 * What nodes tell one another as they form a cluster: a new value of these is in force after the next recluster, or when a
 * node has come or gone, and not before. With the statistic that says what is in force; rack-id has none.
 */
const agreed: Readonly<Record<string, string | null>> = {
  'replication-factor': 'effective_replication_factor',
  'prefer-uniform-balance': 'effective_prefer_uniform_balance',
  'active-rack': 'effective_active_rack',
  'rack-id': null,
};

/** Set and not in force: what is, by node, as far as the nodes say. Null where nothing waits. */
export interface Waiting {
  inForce: Record<string, string>;
}

/** Whether a namespace's `parameter`, once it is `value` on each node, waits for a recluster. */
export function waitsForRecluster(
  { nodes }: Pick<Snapshot, 'nodes'>,
  {
    namespace,
    parameter,
    valueOf,
  }: { namespace: string; parameter: string; valueOf(node: string): string | undefined },
): Waiting | null {
  if (!Object.hasOwn(agreed, parameter)) return null;
  const statistic = agreed[parameter] ?? null;
  const inForce = Object.fromEntries(
    nodes.flatMap(({ id, namespaces }) => {
      const value = statistic === null ? undefined : namespaces.get(namespace)?.get(statistic);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
  const isSo = Object.keys(inForce).length > 0 && Object.entries(inForce).every(([id, value]) => value === valueOf(id));
  return isSo ? null : { inForce };
}
