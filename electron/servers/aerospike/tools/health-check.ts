import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { severities } from '../health/rule.ts';
import { runRules } from '../health/run.ts';
import { healthRules } from '../health/rules/index.ts';
import { takeHealthSnapshot } from '../health/snapshot.ts';
import { partialNote } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines } from '../ops/shapes.ts';

const Finding = z.object({
  rule: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  saw: z.array(z.string()),
  why: z.string(),
  act: z.string(),
});

export const healthCheck = defineTool({
  name: 'aerospike_health_check',
  title: 'Health check',
  description: 'What is wrong or unwise: findings with figure, reason, advice.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { severity: 'warning' },
  input: z.object({ severity: z.enum(severities).describe('least shown').optional(), ...pageInput }),
  output: z.object({
    rules: z.int(),
    counts: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
    findings: z.array(Finding),
    partial: z.boolean().optional(),
    ...pageOutput,
  }),
  async run({ severity = 'info', limit, cursor }, services: OpsServices, context) {
    const scope = ['health', severity];
    const position = positionOf(cursor, scope, 0);
    const snapshot = await takeHealthSnapshot(services, context);
    const all = runRules(healthRules, snapshot);
    const counted = (wanted: (typeof severities)[number]): number =>
      all.filter((finding) => finding.severity === wanted).length;
    const wanted = all.filter((finding) => severities.indexOf(finding.severity) <= severities.indexOf(severity));
    const { rows, ...page } = slicePage(wanted, { position, limit: limit ?? 25, scope });
    return {
      rules: healthRules.length,
      counts: { critical: counted('critical'), warning: counted('warning'), info: counted('info') },
      findings: rows,
      ...page,
      ...partialNote(snapshot.reach),
    };
  },
  text: ({ rules, counts, findings, next, note }) =>
    lines(
      `${rules} rules: ${counts.critical} critical, ${counts.warning} warning, ${counts.info} info`,
      ...findings.map(
        ({ severity, title, rule, saw, why, act }) =>
          `${severity.toUpperCase()} ${title} [${rule}]: ${saw.join('; ')}. ${why} ${act}`,
      ),
      note,
      next && `More: call again with cursor "${next}".`,
    ),
});
