import type { CallLimits } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { ask } from './ask.ts';
import { jobs, type Job } from './jobs.ts';
import { amount, type Amount } from './parse.ts';
import { readReach, type Reach } from './reach.ts';
import { isInScope, type OpsServices } from './services.ts';
import { sum } from './statistics.ts';

/** Every part of every query on the nodes, in the namespaces that the profile may see. */
export async function readJobs(
  { connection, profile }: OpsServices,
  context: CallLimits,
): Promise<{ jobs: Job[]; refused: string[]; reach: Reach }> {
  const { byNode, refused, silent } = await ask(connection, infoCommand('query-show'), 'all', context);
  const all = [...byNode].flatMap(([node, text]) => jobs(text, node));
  return {
    jobs: all.filter(({ namespace }) => isInScope(profile, namespace)),
    /** Nodes that told nothing, also those that only would not. */
    refused: refused.map(({ node }) => node),
    reach: await readReach(connection, context, silent),
  };
}

export interface WholeJob {
  trid: string;
  kind: string;
  namespace: string;
  set: string | null;
  index: string | null;
  state: string;
  progressPct: number | null;
  seconds: number;
  records: Amount;
  failed: Amount;
  nodes: string[];
  from: string | null;
}

/** The parts of each job put together; running ones first, then the longest. */
export function wholeJobs(parts: readonly Job[], withDone: boolean): WholeJob[] {
  const byId = new Map<string, Job[]>();
  for (const part of parts) byId.set(part.trid, [...(byId.get(part.trid) ?? []), part]);
  return [...byId.values()]
    .filter((job) => withDone || job.some(({ isActive }) => isActive))
    .flatMap((job) => wholeJob(job))
    .sort((a, b) => Number(b.state === 'active') - Number(a.state === 'active') || b.seconds - a.seconds);
}

function wholeJob(parts: readonly Job[]): WholeJob[] {
  const [first] = parts;
  if (!first) return [];
  const running = parts.filter(({ isActive }) => isActive);
  const progress = parts.map(({ progressPct }) => progressPct).filter((value) => value !== null);
  const { trid, kind, namespace, set, index, from } = first;
  return [
    {
      ...{ trid, kind, namespace, set, index, from },
      state: running.length > 0 ? 'active' : (parts.find(({ outcome }) => outcome !== 'ok')?.outcome ?? 'done'),
      progressPct: progress.length > 0 ? Math.min(...progress) : null,
      seconds: Math.max(...parts.map(({ runMs }) => runMs)) / 1000,
      records: amount(sum(parts.map(({ succeeded }) => succeeded))),
      failed: amount(sum(parts.map(({ failed }) => failed))),
      nodes: (running.length > 0 ? running : parts).map(({ node }) => node),
    },
  ];
}
