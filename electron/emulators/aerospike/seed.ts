import { createHash } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { encode, type Particle } from './particles.ts';
import { seedSets, type SeedRecord } from './seed-records.ts';
import { epochMs, setOf, store, type Index, type Namespace } from './store.ts';

/** The namespaces of the demo; `sessions` is nearly full, and evicts. */
export const demoNamespaces: readonly {
  name: string;
  replicationFactor: number;
  config?: Readonly<Record<string, string>>;
}[] = [
  { name: 'test', replicationFactor: 2 },
  { name: 'bar', replicationFactor: 1 },
  {
    name: 'sessions',
    replicationFactor: 2,
    config: { 'default-ttl': '86400', 'storage-engine.evict-used-pct': '60' },
  },
];

/** A small cluster worth asking about. The same each time, but for the moments at which sessions end. */
export function seedDemo(cluster: Cluster): void {
  const nowMs = cluster.now();
  for (const record of seedSets()) put(cluster, record, nowMs);
  for (const [namespace, index] of indexes) cluster.namespaces.get(namespace)?.indexes.set(index.name, index);
  cluster.modules.set('accounts.lua', { name: 'accounts.lua', source: accounts });
  const sessions = cluster.namespaces.get('sessions');
  if (sessions) sessions.ballast = 0.66;
  // One node was set otherwise than the others, as happens.
  cluster.nodes[1]?.config.namespaces.get('sessions')?.set('storage-engine.stop-writes-used-pct', '80');
  const orders = cluster.namespaces.get('test');
  if (orders) setOf(orders, 'orders').config.set('stop-writes-count', '100000');
}

function put(cluster: Cluster, record: SeedRecord, nowMs: number): void {
  const namespace = cluster.namespaces.get(record.namespace);
  if (namespace) keep(namespace, record, nowMs);
}

function keep(namespace: Namespace, { set, key, storesKey, bins, ttlSeconds }: SeedRecord, nowMs: number): void {
  const { type, data } = encode(key);
  const wire = Buffer.concat([Buffer.of(type), data]);
  store(namespace, {
    digest: digestOf(set, wire),
    set,
    key: storesKey ? wire : null,
    generation: 1,
    voidTime: ttlSeconds === undefined ? 0 : Math.floor((nowMs - epochMs) / 1000) + ttlSeconds,
    updatedMs: nowMs,
    bins: new Map(Object.entries(bins).map(([name, value]): [string, Particle] => [name, encode(value)])),
  });
}

/** As clients compute it: of the set's name and the key with its type. */
export const digestOf = (set: string, typedKey: Buffer): Buffer =>
  createHash('ripemd160').update(set, 'latin1').update(typedKey).digest();

const index = (
  name: string,
  set: string,
  bin: string,
  type: Index['type'],
  collection: Index['collection'] = 'default',
): Index => ({ name, set, bin, type, collection, context: null, expression: null, loadPercent: 100 });

const indexes: readonly (readonly [string, Index])[] = [
  ['test', index('users_age', 'users', 'age', 'numeric')],
  ['test', index('users_city', 'users', 'city', 'string')],
  ['test', index('users_tags', 'users', 'tags', 'string', 'list')],
  ['test', index('orders_user', 'orders', 'user', 'string')],
  ['test', index('orders_cents', 'orders', 'cents', 'numeric')],
  ['test', index('devices_at', 'devices', 'at', 'geo2dsphere')],
  ['bar', index('events_day', 'events', 'day', 'numeric')],
];

const accounts = `-- Changes an account in one step, on the node that has it.
function credit(rec, cents)
  if not aerospike:exists(rec) then return nil end
  rec.balance = (rec.balance or 0) + cents
  aerospike:update(rec)
  return rec.balance
end

function rename(rec, name)
  rec.name = name
  return aerospike:update(rec)
end

function summary(rec)
  return map{ name = rec.name, balance = rec.balance or 0, generation = record.gen(rec) }
end
`;
