import { severities, type Rule, type Severity, type Sight } from './rule.ts';
import type { HealthSnapshot } from './snapshot.ts';

/** What one rule found: each place with its figure, the reason and the advice once. */
export interface Finding {
  rule: string;
  severity: Severity;
  title: string;
  saw: string[];
  why: string;
  act: string;
}

const maxSights = 6;

/** The findings of all rules, the gravest first. */
export function runRules(rules: readonly Rule[], snapshot: HealthSnapshot): Finding[] {
  return rules
    .flatMap(({ id, severity, title, why, act, check }): Finding[] => {
      const sights = check(snapshot);
      return severities.flatMap((grave): Finding[] => {
        const saw = together(sights.filter((sight) => (sight.severity ?? severity) === grave));
        if (saw.length === 0) return [];
        const more = saw.length > maxSights ? [`and ${saw.length - maxSights} more`] : [];
        return [{ rule: id, severity: grave, title, saw: [...saw.slice(0, maxSights), ...more], why, act }];
      });
    })
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** The same figure seen on several nodes is told once. */
function together(sights: readonly Sight[]): string[] {
  const places = new Map<string, Sight[]>();
  for (const sight of sights) {
    const key = `${sight.namespace ?? ''}|${sight.saw}`;
    places.set(key, [...(places.get(key) ?? []), sight]);
  }
  return [...places.values()].map((same) => {
    const nodes = same.flatMap(({ node }) => node ?? []);
    const place = [same[0]?.namespace, nodes.join(', ')].filter((part) => part !== undefined && part !== '');
    return `${place.length > 0 ? `${place.join(' on ')}: ` : ''}${same[0]?.saw ?? ''}`;
  });
}
