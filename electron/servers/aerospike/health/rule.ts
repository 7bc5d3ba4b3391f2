import type { NodeSnapshot } from '../ops/cluster.ts';
import { figure, type Facts } from '../ops/parse.ts';
import { namespaceFigures, type NamespaceFigures } from '../ops/statistics.ts';
import type { HealthSnapshot } from './snapshot.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** One thing that a rule saw: where, and the figure. */
export interface Sight {
  node?: string;
  namespace?: string;
  saw: string;
  /** Where it is less grave than its rule. */
  severity?: Severity;
}

/** What a rule says of one place: the figure, or nothing. */
type Seen = string | Pick<Sight, 'saw' | 'severity'> | null;

/** A rule is data with one function: it looks at the snapshot alone, so that it can be tried without a cluster. */
export interface Rule {
  id: string;
  title: string;
  severity: Severity;
  /** Why it matters, and what to do: one sentence each. */
  why: string;
  act: string;
  check(snapshot: HealthSnapshot): Sight[];
}

type Told = Omit<Rule, 'check'>;

/** One namespace on one node. */
export interface NamespaceView {
  node: NodeSnapshot;
  namespace: string;
  facts: Facts;
  figures: NamespaceFigures;
  /** A statistic or parameter as a number; null where it is absent. */
  number(name: string): number | null;
  snapshot: HealthSnapshot;
}

/** A rule asked of each namespace on each node; null: nothing to say. */
export const namespaceRule = (rule: Told & { see(view: NamespaceView): Seen }): Rule => ({
  ...rule,
  check: (snapshot) =>
    snapshot.nodes.flatMap((node) =>
      [...node.namespaces].flatMap(([namespace, facts]): Sight[] => {
        const number = (name: string): number | null => figure(facts.get(name));
        const saw = rule.see({ node, namespace, facts, figures: namespaceFigures(facts), number, snapshot });
        return saw === null ? [] : [{ node: node.id, namespace, ...told(saw) }];
      }),
    ),
});

/** A rule asked of each node. */
export const nodeRule = (
  rule: Told & {
    see(view: { node: NodeSnapshot; number(name: string): number | null; snapshot: HealthSnapshot }): Seen;
  },
): Rule => ({
  ...rule,
  check: (snapshot) =>
    snapshot.nodes.flatMap((node): Sight[] => {
      const number = (name: string): number | null => figure(node.statistics.get(name));
      const saw = rule.see({ node, number, snapshot });
      return saw === null ? [] : [{ node: node.id, ...told(saw) }];
    }),
});

const told = (saw: Exclude<Seen, null>): Pick<Sight, 'saw' | 'severity'> => (typeof saw === 'string' ? { saw } : saw);

const daySeconds = 86_400;

/**
 * What a counter says that runs since the node started. A day after the start an incident of long ago looks like one of
 * now, so it is told as `info`, unless `isLasting`: no short incident could make a figure so large.
 */
export function sinceStart(
  saw: string,
  { statistics }: Pick<NodeSnapshot, 'statistics'>,
  isLasting: boolean,
): Pick<Sight, 'saw' | 'severity'> {
  const uptime = figure(statistics.get('uptime')) ?? 0;
  const days = Math.floor(uptime / daySeconds);
  if (days < 1) return { saw: `${saw} since start` };
  return {
    saw: `${saw} since start, ${days} ${days === 1 ? 'day' : 'days'} ago`,
    ...(isLasting ? {} : { severity: 'info' as const }),
  };
}

/** A rule asked of each namespace over all its nodes. */
export const acrossNodesRule = (
  rule: Told & { see(namespace: string, held: readonly NamespaceView[], snapshot: HealthSnapshot): string | null },
): Rule => ({
  ...rule,
  check: (snapshot) =>
    snapshot.namespaces.flatMap((namespace): Sight[] => {
      const held = snapshot.nodes.flatMap((node): NamespaceView[] => {
        const facts = node.namespaces.get(namespace);
        if (!facts) return [];
        const number = (name: string): number | null => figure(facts.get(name));
        return [{ node, namespace, facts, figures: namespaceFigures(facts), number, snapshot }];
      });
      const saw = held.length === 0 ? null : rule.see(namespace, held, snapshot);
      return saw === null ? [] : [{ namespace, saw }];
    }),
});

/** A rule asked once. */
export const clusterRule = (rule: Told & { see(snapshot: HealthSnapshot): string | null }): Rule => ({
  ...rule,
  check(snapshot) {
    const saw = rule.see(snapshot);
    return saw === null ? [] : [{ saw }];
  },
});

/** `A1=8.1, B1=8.0` when the nodes differ; null when they agree. Values that are absent everywhere agree. */
export function disagreement(values: readonly (readonly [string, string | undefined])[]): string | null {
  if (new Set(values.map(([, value]) => value)).size <= 1) return null;
  return values.map(([node, value]) => `${node}=${value ?? '(absent)'}`).join(', ');
}

export const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;
export const isEnterprise = ({ edition }: NodeSnapshot): boolean => /enterprise|federal/i.test(edition);
