import { count } from './statistics.ts';
import { figure, records } from './parse.ts';

/** A query or scan on one node, running or done lately. Parts of one job share their `trid`. */
export interface Job {
  /** 64 bits, so text. */
  trid: string;
  node: string;
  namespace: string;
  set: string | null;
  index: string | null;
  /** `basic`, `aggregation`, `background-udf`, `background-ops`. */
  kind: string;
  isActive: boolean;
  /** `ok`, `user-aborted` … */
  outcome: string;
  progressPct: number | null;
  runMs: number;
  succeeded: bigint;
  failed: bigint;
  /** host and port as the server saw them. */
  from: string | null;
}

/** The answer to `query-show`. Records without an id are passed over. */
export function jobs(text: string, node: string): Job[] {
  return records(text).flatMap((facts): Job[] => {
    const trid = facts.get('trid') ?? '';
    if (!/^\d{1,20}$/.test(trid)) return [];
    const status = /^([a-z-]+)(?:\(([^)]*)\))?/.exec(facts.get('status') ?? '');
    return [
      {
        trid,
        node,
        namespace: facts.get('ns') ?? '',
        set: facts.get('set') ?? null,
        index: facts.get('sindex-name') ?? null,
        kind: facts.get('job-type') ?? 'basic',
        isActive: status?.[1] === 'active',
        outcome: status?.[2] ?? status?.[1] ?? '',
        progressPct: figure(facts.get('job-progress')),
        runMs: figure(facts.get('run-time')) ?? 0,
        succeeded: count(facts, ['recs-succeeded']),
        failed: count(facts, ['recs-failed']),
        from: facts.get('from')?.replace('+', ':') ?? null,
      },
    ];
  });
}
