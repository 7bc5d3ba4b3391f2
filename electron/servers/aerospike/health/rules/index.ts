import type { Rule } from '../rule.ts';
import { balanceRules } from './balance.ts';
import { capacityRules } from './capacity.ts';
import { clusterRules } from './cluster.ts';
import { configurationRules } from './configuration.ts';
import { consistencyRules } from './consistency.ts';
import { copiesRules } from './copies.ts';
import { indexRules } from './indexes.ts';
import { loadRules } from './load.ts';
import { stopWritesRules } from './stop-writes.ts';
import { storageRules } from './storage.ts';
import { trafficRules } from './traffic.ts';

/** Every health rule. A new one: an object in its topic's file, and a snapshot in which it fires in the tests. */
export const healthRules: readonly Rule[] = [
  ...stopWritesRules,
  ...clusterRules,
  ...copiesRules,
  ...capacityRules,
  ...storageRules,
  ...indexRules,
  ...consistencyRules,
  ...trafficRules,
  ...loadRules,
  ...balanceRules,
  ...configurationRules,
];
