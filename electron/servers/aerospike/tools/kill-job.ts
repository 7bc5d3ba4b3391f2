import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { queryParameter, readBuilds } from '../info/builds.ts';
import { infoCommand } from '../info/command.ts';
import { ask } from '../ops/ask.ts';
import { assertStill } from '../ops/pinned.ts';
import { lostText, partialNote, reachShown, without, type Reach } from '../ops/reach.ts';
import { readJobs, wholeJobs, type WholeJob } from '../ops/read-jobs.ts';
import { assertUnlimited, type OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';

export const killJob = defineTool({
  name: 'aerospike_kill_job',
  title: 'Stop a query',
  description: 'Ends a running query by its `trid` (aerospike_list_jobs).',
  toolset: 'admin',
  role: 'admin',
  effect: 'destroy',
  example: { trid: '7218930492043184341' },
  input: z.object({ trid: z.string().regex(/^\d{1,20}$/, 'a trid has up to 20 digits') }),
  output: z.object({ trid: z.string(), endedOn: z.array(z.string()), refused: z.array(z.string()), ...partialShape }),
  async plan({ trid }, services: OpsServices, context) {
    const { job, reach } = await running(trid, services, context);
    const target = job.set === null ? `namespace ${job.namespace}` : `set ${job.namespace}.${job.set}`;
    const after = job.kind.startsWith('background') ? 'what it has changed stays changed' : 'who asked gets an error';
    const progress = job.progressPct === null ? '' : `, ${job.progressPct}% done`;
    return {
      effect: 'destroy',
      sentence: `Stop the ${job.kind} query on ${target} that has run ${Math.round(job.seconds)} s${progress}; ${after}${lostText(reach)}`,
      preview: {
        trid,
        identity: identityOf(job),
        progressPct: job.progressPct,
        seconds: job.seconds,
        records: job.records,
        nodes: job.nodes,
        ...reachShown(reach),
        from: job.from,
      },
    };
  },
  async run({ trid }, services: OpsServices, context) {
    const { job, reach } = await running(trid, services, context);
    assertStill(context.plan, 'identity', identityOf(job));
    const parameter = queryParameter(await readBuilds(services.connection, context));
    // Asked of each node that runs it: others would answer that they do not.
    const answers = await Promise.all(
      job.nodes.map((node) =>
        ask(services.connection, infoCommand('query-abort', { [parameter]: trid }), { node }, context),
      ),
    );
    return {
      trid,
      endedOn: answers.flatMap(({ byNode }) => [...byNode.keys()]),
      refused: answers.flatMap(({ refused }) => refused.map(({ node, message }) => `${node}: ${message}`)),
      ...partialNote(reach, 'it may go on on the others'),
    };
  },
  text: ({ trid, endedOn, refused, note }) =>
    lines(`Query ${trid} was told to end on ${endedOn.join(', ') || 'no node'}.`, ...refused, note),
});

/** An id that ended and came again for something else is not what was agreed on. */
const identityOf = ({ kind, namespace, set, index }: WholeJob) => ({ kind, namespace, set, index });

interface Running {
  job: WholeJob;
  reach: Reach;
}

async function running(trid: string, services: OpsServices, context: ToolContext): Promise<Running> {
  // A trid alone does not tell whose namespace it is of.
  assertUnlimited(services.profile, 'Ending a query by its id');
  const { jobs, refused, reach: asked } = await readJobs(services, context);
  const reach = without(asked, refused);
  const job = wholeJobs(jobs, true).find((candidate) => candidate.trid === trid);
  if (!job)
    throw new ToolError(
      'not-found',
      `There is no query ${trid}${lostText(reach)}.`,
      'List them with aerospike_list_jobs.',
    );
  if (job.state === 'active') return { job, reach };
  throw new ToolError(
    context.plan === null ? 'invalid-input' : 'changed',
    `The query ${trid} has ended already (${job.state}).`,
    'There is nothing to stop.',
  );
}
