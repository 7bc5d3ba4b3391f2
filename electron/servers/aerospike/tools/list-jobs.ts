import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { readJobs, wholeJobs } from '../ops/read-jobs.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape } from '../ops/shapes.ts';

const JobRow = z.object({
  trid: z.string(),
  kind: z.string(),
  namespace: z.string(),
  set: z.string().nullable(),
  index: z.string().nullable(),
  state: z.string(),
  /** Of the slowest node. */
  progressPct: z.number().nullable(),
  seconds: z.number(),
  records: AmountShape,
  failed: AmountShape,
  nodes: z.array(z.string()),
  from: z.string().nullable(),
});

export const listJobs = defineTool({
  name: 'aerospike_list_jobs',
  title: 'List queries',
  description: 'Queries and scans, running ones first.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { done: true },
  input: z.object({ done: z.boolean().describe('ended ones too').optional(), ...pageInput }),
  output: z.object({ jobs: z.array(JobRow), partial: z.boolean().optional(), ...pageOutput }),
  async run({ done = false, limit, cursor }, services: OpsServices, context) {
    const scope = ['jobs', done];
    const position = positionOf(cursor, scope, 0);
    const { jobs: parts, refused, reach } = await readJobs(services, context);
    const { rows: jobs, ...page } = slicePage(wholeJobs(parts, done), { position, limit, scope });
    return {
      jobs,
      ...page,
      ...partialNote(without(reach, refused), 'more may run on the others'),
    };
  },
  text: ({ jobs, ...page }) => table('Queries', jobs, JobRow.keyof().options, page),
});
