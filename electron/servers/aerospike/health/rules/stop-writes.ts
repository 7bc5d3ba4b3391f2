import { namespaceThresholds, setThresholds } from '../../ops/thresholds.ts';
import { clusterRule, namespaceRule, percent, type Rule } from '../rule.ts';

/** Reached or nearly reached limits beyond which a node refuses writes. */
export const stopWritesRules: readonly Rule[] = [
  namespaceRule({
    id: 'stop-writes',
    title: 'Writes are refused',
    severity: 'critical',
    why: 'Clients get errors for every write to this namespace.',
    act: 'Free or add space: expire or delete data, raise capacity, or look for a set that grows.',
    see({ figures, facts, node }) {
      if (!figures.stopWrites) return null;
      const causes = namespaceThresholds(facts, node.statistics)
        .filter(({ effect, reachedPct }) => effect === 'stop writes' && reachedPct >= 100)
        .map(({ measure, value, limit }) => `${measure} ${value} against ${limit}`);
      return `stop_writes=true${causes.length > 0 ? `: ${causes.join(', ')}` : ''}`;
    },
  }),
  namespaceRule({
    id: 'clock-skew-stop-writes',
    title: 'Writes are refused because clocks differ',
    severity: 'critical',
    why: 'Nodes whose clocks are too far apart cannot order writes.',
    act: 'Repair time synchronisation (NTP, chrony) on the outliers.',
    see: ({ figures, node }) =>
      figures.clockSkewStopWrites
        ? `clock_skew_stop_writes=true, skew ${node.statistics.get('cluster_clock_skew_ms') ?? '?'} ms`
        : null,
  }),
  namespaceRule({
    id: 'near-stop-writes',
    title: 'Near the end of space',
    severity: 'warning',
    why: 'When the limit is reached the node refuses writes.',
    act: 'Plan capacity now; aerospike_stop_writes shows every limit.',
    see({ figures, facts, node }) {
      if (figures.stopWrites) return null;
      const near = namespaceThresholds(facts, node.statistics).filter(
        ({ effect, reachedPct }) => effect === 'stop writes' && reachedPct >= 90,
      );
      return near.length === 0
        ? null
        : near.map(({ measure, value, limit }) => `${measure} ${value}, stops at ${limit}`).join('; ');
    },
  }),
  {
    id: 'set-limit-reached',
    title: 'A set is full',
    severity: 'critical',
    why: 'Writes of new records to this set are refused by its own limit.',
    act: 'Delete from the set, or raise stop-writes-count or stop-writes-size.',
    check: (snapshot) => setSights(snapshot, (reached) => reached >= 100),
  },
  {
    id: 'set-near-limit',
    title: 'A set is near its limit',
    severity: 'warning',
    why: 'At its limit the set refuses new records.',
    act: 'Delete from the set, or raise stop-writes-count or stop-writes-size.',
    check: (snapshot) => setSights(snapshot, (reached) => reached >= 90 && reached < 100),
  },
  namespaceRule({
    id: 'stop-writes-off',
    title: 'No limit guards the storage',
    severity: 'warning',
    why: 'Without a stop-writes limit a full device makes writes fail in worse ways.',
    act: 'Set stop-writes-used-pct and stop-writes-avail-pct above 0.',
    see({ number }) {
      const off = ['storage-engine.stop-writes-used-pct', 'storage-engine.stop-writes-avail-pct'].filter(
        (name) => number(name) === 0,
      );
      return off.length === 0 ? null : `${off.join(' and ')} = 0`;
    },
  }),
  clusterRule({
    id: 'clock-skew',
    title: 'Clocks drift apart',
    severity: 'warning',
    why: 'Expiry, conflict resolution and strong consistency compare times of nodes.',
    act: 'Repair time synchronisation before the limit is reached.',
    see({ nodes }) {
      const worst = nodes.flatMap(({ id, statistics }) => {
        const skew = Number(statistics.get('cluster_clock_skew_ms') ?? 0);
        const limit = Number(statistics.get('cluster_clock_skew_stop_writes_sec') ?? 0) * 1000;
        return skew > (limit > 0 ? limit * 0.75 : 5000) ? [`${id} ${skew} ms${limit > 0 ? ` of ${limit}` : ''}`] : [];
      });
      return worst.length === 0 ? null : worst.join(', ');
    },
  }),
];

const setSights: (
  snapshot: Parameters<Rule['check']>[0],
  isSeen: (reachedPct: number) => boolean,
) => ReturnType<Rule['check']> = (snapshot, isSeen) =>
  [...snapshot.sets].flatMap(([namespace, byNode]) =>
    [...byNode].flatMap(([node, sets]) =>
      sets.flatMap((set) =>
        setThresholds(set)
          .filter(({ reachedPct }) => isSeen(reachedPct))
          .map(({ measure, value, limit, reachedPct }) => ({
            node,
            namespace,
            saw: `set ${set.set}: ${value} ${measure} of ${limit} (${percent(reachedPct)})`,
          })),
      ),
    ),
  );
