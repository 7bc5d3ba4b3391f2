import { flag } from '../../ops/parse.ts';
import { figure } from '../../ops/parse.ts';
import type { Rule, Sight } from '../rule.ts';

const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();
const bare = (nodes: readonly string[]): string[] => nodes.map((node) => node.replace(/@.*$/, ''));

/** Rosters, racks, replication to other clusters, and queries. */
export const consistencyRules: readonly Rule[] = [
  {
    id: 'roster-pending',
    title: 'A roster waits for its recluster',
    severity: 'warning',
    why: 'The new roster was set and is not in force.',
    act: 'Run recluster when all its nodes are there.',
    check: ({ rosters }) =>
      [...rosters].flatMap(([namespace, { active, pending }]): Sight[] =>
        same(active, pending)
          ? []
          : [{ namespace, saw: `active ${active.join(' ') || 'none'}, pending ${pending.join(' ') || 'none'}` }],
      ),
  },
  {
    id: 'roster-empty',
    title: 'Strong consistency without a roster',
    severity: 'critical',
    why: 'Until a roster is set every partition is unavailable.',
    act: 'Set the roster to the observed nodes and recluster.',
    check: ({ rosters, nodes }) =>
      [...rosters].flatMap(([namespace, { active }]): Sight[] => {
        const isStrong = nodes.some((node) => flag(node.namespaces.get(namespace)?.get('strong-consistency')) === true);
        return isStrong && active.length === 0 ? [{ namespace, saw: 'the roster is empty' }] : [];
      }),
  },
  {
    id: 'roster-not-observed',
    title: 'Roster and present nodes differ',
    severity: 'warning',
    why: 'A roster node that is absent makes partitions unavailable; a present one outside holds nothing.',
    act: 'Bring the node back, or change the roster.',
    check: ({ rosters }) =>
      [...rosters].flatMap(([namespace, { active, observed }]): Sight[] =>
        active.length === 0 || same(bare(active), bare(observed))
          ? []
          : [{ namespace, saw: `roster ${bare(active).join(' ')}, observed ${bare(observed).join(' ')}` }],
      ),
  },
  {
    id: 'racks-unbalanced',
    title: 'Racks have different sizes',
    severity: 'warning',
    why: 'Copies are spread over racks, so the nodes of the smallest rack carry more.',
    act: 'Give each rack the same number of nodes.',
    check: ({ racks }) =>
      [...racks].flatMap(([namespace, of]): Sight[] => {
        const sizes = of.map(({ nodes }) => nodes.length);
        return of.length > 1 && Math.max(...sizes) > Math.min(...sizes)
          ? [{ namespace, saw: of.map(({ id, nodes }) => `rack ${id}: ${nodes.length}`).join(', ') }]
          : [];
      }),
  },
  {
    id: 'rack-id-not-in-force',
    title: 'A node is not in its configured rack',
    severity: 'warning',
    why: 'A new rack-id counts after a recluster only.',
    act: 'Run recluster at a quiet time.',
    check: ({ racks, nodes }) =>
      [...racks].flatMap(([namespace, of]) =>
        nodes.flatMap(({ id, namespaces }): Sight[] => {
          const configured = figure(namespaces.get(namespace)?.get('rack-id'));
          const actual = of.find((rack) => rack.nodes.includes(id))?.id;
          return configured === null || actual === undefined || configured === actual
            ? []
            : [{ node: id, namespace, saw: `configured ${configured}, in rack ${actual}` }];
        }),
      ),
  },
  {
    id: 'xdr-lag',
    title: 'Shipping to another cluster lags',
    severity: 'warning',
    why: 'What was written last is not there yet, and would be missing if this cluster failed.',
    act: 'Look at the destination’s load, the network, and retries.',
    check: ({ xdr }) =>
      xdr.flatMap(({ node, destination, namespace, facts }): Sight[] => {
        const lag = figure(facts.get('lag')) ?? 0;
        return lag > 10 ? [{ node, namespace, saw: `${destination}: ${lag} s` }] : [];
      }),
  },
  {
    id: 'xdr-abandoned',
    title: 'Records were not shipped',
    severity: 'warning',
    why: 'The destination refused them for good: they exist here only.',
    act: 'See the log for the reason (namespace, rights, record size).',
    check: ({ xdr }) =>
      xdr.flatMap(({ node, destination, namespace, facts }): Sight[] => {
        const abandoned = figure(facts.get('abandoned')) ?? 0;
        return abandoned > 0 ? [{ node, namespace, saw: `${destination}: ${facts.get('abandoned') ?? ''}` }] : [];
      }),
  },
  {
    id: 'xdr-retries',
    title: 'Shipping is retried often',
    severity: 'warning',
    why: 'The destination is overloaded, or connections to it break.',
    act: 'Look at the destination and the network.',
    check: ({ xdr }) =>
      xdr.flatMap(({ node, destination, namespace, facts }): Sight[] => {
        const shipped = figure(facts.get('success')) ?? 0;
        const retried = ['retry_conn_reset', 'retry_dest', 'retry_no_node']
          .map((name) => figure(facts.get(name)) ?? 0)
          .reduce((a, b) => a + b, 0);
        return retried > 100 && retried > shipped * 0.05
          ? [{ node, namespace, saw: `${destination}: ${retried} retries, ${shipped} shipped` }]
          : [];
      }),
  },
  {
    id: 'long-queries',
    title: 'Queries run very long',
    severity: 'info',
    why: 'A scan of hours takes threads and device reads from everything else.',
    act: 'See who runs it (aerospike_list_jobs); limit its rate, or stop it.',
    check: ({ jobs }) =>
      jobs
        .filter(({ isActive, runMs }) => isActive && runMs > 600_000)
        .map(({ node, namespace, set, trid, runMs }) => ({
          node,
          namespace,
          saw: `${trid} on ${set ?? 'the namespace'}: ${Math.round(runMs / 60_000)} min`,
        })),
  },
  {
    id: 'queries-near-limit',
    title: 'Query threads are nearly used up',
    severity: 'warning',
    why: 'Further queries wait or are refused (query-threads-limit).',
    act: 'Run fewer at a time, or raise the limit.',
    check: ({ nodes, config }) =>
      nodes.flatMap(({ id, statistics }): Sight[] => {
        const limit = figure(config.service.get(id)?.get('query-threads-limit')) ?? 0;
        const active = figure(statistics.get('long_queries_active')) ?? 0;
        return limit > 0 && active >= limit * 0.8 ? [{ node: id, saw: `${active} long queries, limit ${limit}` }] : [];
      }),
  },
];
