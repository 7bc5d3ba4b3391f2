import type { Cluster } from './cluster.ts';

export const demoNamespaces = [
  { name: 'test', replicationFactor: 2 },
  { name: 'bar', replicationFactor: 1 },
  { name: 'sessions', replicationFactor: 2 },
] as const;

export function seedDemo(cluster: Cluster): void {
  void cluster;
}
