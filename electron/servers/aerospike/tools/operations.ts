import type { Tool } from '../../kit/define-tool.ts';
import type { OpsServices } from '../ops/services.ts';
import { clusterInfo } from './cluster-info.ts';
import { complete } from './complete.ts';
import { describeNamespace } from './describe-namespace.ts';
import { describeSet } from './describe-set.ts';
import { getConfig } from './get-config.ts';
import { healthCheck } from './health-check.ts';
import { info } from './info.ts';
import { killJob } from './kill-job.ts';
import { latencies } from './latencies.ts';
import { listIndexes } from './list-indexes.ts';
import { listJobs } from './list-jobs.ts';
import { listNamespaces } from './list-namespaces.ts';
import { listSets } from './list-sets.ts';
import { listUsers } from './list-users.ts';
import { manageRole } from './manage-role.ts';
import { manageUser } from './manage-user.ts';
import { nodeStats } from './node-stats.ts';
import { setConfig } from './set-config.ts';
import { stopWrites } from './stop-writes.ts';
import { summary } from './summary.ts';
import { topology } from './topology.ts';

/** What an administrator asks of a cluster, and changes in it: tools that need less than all services. */
export const operationTools: readonly Tool<OpsServices>[] = [
  listNamespaces,
  describeNamespace,
  listSets,
  describeSet,
  listIndexes,
  clusterInfo,
  summary,
  healthCheck,
  nodeStats,
  latencies,
  stopWrites,
  getConfig,
  topology,
  listJobs,
  info,
  listUsers,
  manageUser,
  manageRole,
  setConfig,
  killJob,
  complete,
];
