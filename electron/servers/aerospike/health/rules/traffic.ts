import { count } from '../../ops/statistics.ts';
import { whole, type Facts } from '../../ops/parse.ts';
import { batched, fromEverywhere, outcomes, single } from '../outcomes.ts';
import { namespaceRule, percent, sinceStart, type Rule, type Severity } from '../rule.ts';

/** Shares mean little over few operations. */
const leastOperations = 1000n;
/** A share so many times above the bound, over days, is no incident that has passed. */
const lastingTimes = 10;

interface Ratio {
  id: string;
  title: string;
  severity: Severity;
  /** What is counted, and what it is a share of together with itself. */
  part: readonly string[];
  others: readonly string[];
  /** The others count it too, as errors. */
  isWithin?: true;
  above: number;
  why: string;
  act: string;
}

const reads = outcomes('client', 'read');
const deletes = outcomes('client', 'delete');
const proxied = ['client', 'batch_sub'].flatMap((origin) =>
  ['complete', 'error', 'timeout'].map((end) => `${origin}_proxy_${end}`),
);
const ending = (names: readonly string[], end: string): string[] => names.filter((name) => name.endsWith(end));

const failing = 'See with aerospike_node_stats and `seconds` whether it goes on, and in the server log for the reason.';
const late = 'Look for slow devices, hot keys and long queries (aerospike_latencies, aerospike_list_jobs).';

const ratios: readonly Ratio[] = [
  ...[
    { kind: 'read', names: reads },
    { kind: 'write', names: outcomes('client', 'write') },
    { kind: 'delete', names: deletes },
    { kind: 'udf', names: outcomes('client', 'udf') },
    { kind: 'batch', names: batched },
  ].flatMap(({ kind, names }): Ratio[] => [
    {
      id: `${kind}-errors`,
      title: `Many ${kind} errors`,
      severity: 'warning',
      part: ending(names, '_error'),
      others: names,
      above: 1,
      why: `Clients are told that their ${kind} failed.`,
      act: failing,
    },
    {
      id: `${kind}-timeouts`,
      title: `Many ${kind} timeouts`,
      severity: 'warning',
      part: ending(names, '_timeout'),
      others: names,
      above: 1,
      why: `The server gave up on them; whether the ${kind} happened may be unknown to the client.`,
      act: late,
    },
  ]),
  {
    id: 'reads-not-found',
    title: 'Many reads find nothing',
    severity: 'info',
    part: ['client_read_not_found'],
    others: reads,
    above: 20,
    why: 'Reads of records that are not there cost as much as others and often point to expired data or wrong keys.',
    act: 'Compare keys and lifetimes with what the application expects.',
  },
  {
    id: 'deletes-not-found',
    title: 'Many deletes find nothing',
    severity: 'info',
    part: ['client_delete_not_found'],
    others: deletes,
    above: 20,
    why: 'The records were gone already.',
    act: 'See whether two programs delete the same.',
  },
  {
    id: 'proxied-operations',
    title: 'Many operations are proxied',
    severity: 'warning',
    part: proxied,
    others: [...single, ...batched],
    above: 5,
    why: 'Clients ask the wrong node: each such call takes one hop more.',
    act: 'Outside of migrations see whether clients reach every node and keep their partition map.',
  },
  {
    id: 'proxy-errors',
    title: 'Proxied operations fail',
    severity: 'warning',
    part: [...ending(proxied, '_error'), ...ending(proxied, '_timeout')],
    others: proxied,
    above: 5,
    why: 'Nodes do not reach one another well.',
    act: 'Look at fabric connections and the network.',
  },
  {
    id: 'service-errors',
    title: 'Operations fail before they begin',
    severity: 'warning',
    part: ['client', 'batch_sub'].flatMap((origin) => [`${origin}_tsvc_error`, `${origin}_tsvc_timeout`]),
    others: [...single, ...batched],
    above: 1,
    why: 'The transaction service refused or queued them too long: overload, quotas or malformed requests.',
    act: failing,
  },
  {
    id: 'key-busy',
    title: 'Hot keys',
    severity: 'warning',
    part: ['fail_key_busy'],
    others: fromEverywhere(['read', 'write', 'delete', 'udf']),
    isWithin: true,
    above: 0.1,
    why: 'Too many operations wait for the same record (transaction-pending-limit).',
    act: 'Spread the record over several keys, or cache it.',
  },
  {
    id: 'generation-conflicts',
    title: 'Many generation conflicts',
    severity: 'info',
    part: ['fail_generation'],
    others: fromEverywhere(['write', 'delete']),
    isWithin: true,
    above: 5,
    why: 'Programs write the same records at the same time and lose.',
    act: 'Use operations on the server instead of read and write back.',
  },
  ...['pi_query_short_basic', 'pi_query_long_basic', 'pi_query_aggr', 'pi_query_udf_bg', 'pi_query_ops_bg'].map(query),
  ...['si_query_short_basic', 'si_query_long_basic', 'si_query_aggr', 'si_query_udf_bg', 'si_query_ops_bg'].map(query),
];

function query(name: string): Ratio {
  const words = name
    .replace(/^pi_query_/, 'primary index queries, ')
    .replace(/^si_query_/, 'secondary index queries, ');
  return {
    id: `${name.replaceAll('_', '-')}-errors`,
    title: `Queries fail (${words.replaceAll('_', ' ')})`,
    severity: 'warning',
    part: [`${name}_error`, `${name}_timeout`],
    others: ['complete', 'error', 'timeout', 'abort'].map((end) => `${name}_${end}`),
    above: 5,
    why: 'Their callers got nothing, or only a part.',
    act: failing,
  };
}

const total = (facts: Facts, names: readonly string[]): bigint =>
  [...new Set(names)].reduce((sum, name) => sum + (whole(facts.get(name)) ?? 0n), 0n);

const ratioRule = ({ id, title, severity, part, others, isWithin, above, why, act }: Ratio): Rule =>
  namespaceRule({
    ...{ id, title, severity, why, act },
    see({ facts, node }) {
      const seen = total(facts, part);
      const all = total(facts, isWithin ? others : [...part, ...others]);
      const least = id.includes('query') ? 100n : leastOperations;
      if (all < least || seen < 10n) return null;
      const share = (Number(seen) / Number(all)) * 100;
      if (share <= above) return null;
      return sinceStart(`${percent(share)} (${seen} of ${all})`, node, share >= lastingTimes * above);
    },
  });

/** What clients ask, and how it ends. Counters run since the node started. */
export const trafficRules: readonly Rule[] = [
  ...ratios.map(ratioRule),
  namespaceRule({
    id: 'records-too-big',
    title: 'Records are refused as too big',
    severity: 'warning',
    why: 'They are larger than max-record-size or the write block.',
    act: 'Split the records, or raise the limit.',
    see({ facts, node }) {
      const refused = count(facts, ['fail_record_too_big']);
      return refused > 0n ? sinceStart(`${refused}`, node, false) : null;
    },
  }),
  namespaceRule({
    id: 'xdr-writes-fail',
    title: 'Writes from another cluster fail',
    severity: 'warning',
    why: 'This cluster falls behind the one that ships to it.',
    act: failing,
    see({ facts, node }) {
      const failed = total(facts, ['xdr_client_write_error', 'xdr_client_write_timeout']);
      const done = count(facts, ['xdr_client_write_success']);
      const isMuch = failed > 10n && failed * 20n > done + failed;
      return isMuch ? sinceStart(`${failed} failed beside ${done}`, node, failed >= done) : null;
    },
  }),
];
