import type { JsonObject } from '../../../core/workers/protocol.ts';
import type { InfoCommand } from '../info/command.ts';
import type { Bins, RecordKey, TypedJson } from '../values/typed-json.ts';

/**
 * One profile's way to its cluster. A port: the official client is one adapter, and whatever speaks to a cluster without
 * it (where its addon does not load) would be another. Everything in here is plain data, so no adapter's types leak out.
 * Every method rejects with a ToolError that names neither password nor driver internals, and with `cancelled` when
 * `signal` aborts. A connection opens at its first use and again after it was lost; it never outlives `close`.
 */
export interface Connection {
  /** The nodes that are up now, by id. */
  nodes(context: CallLimits): Promise<ClusterNode[]>;
  /** One info command, asked of one node (`node`: its id), of any, or of all that are up. One command a frame, always. */
  info(command: InfoCommand, from: 'any' | 'all' | { node: string }, context: CallLimits): Promise<InfoAnswer[]>;

  /** Null when there is no such record. `bins: []` asks for the metadata alone. */
  get(key: RecordKey, bins: readonly string[] | null, context: CallLimits): Promise<StoredRecord | null>;
  put(key: RecordKey, bins: Bins, how: WritePolicy, context: CallLimits): Promise<void>;
  /** False when there was none. */
  remove(key: RecordKey, how: RemovePolicy, context: CallLimits): Promise<boolean>;
  operate(
    key: RecordKey,
    operations: readonly Operation[],
    how: WritePolicy,
    context: CallLimits,
  ): Promise<StoredRecord>;
  apply(key: RecordKey, call: UdfCall, context: CallLimits): Promise<TypedJson>;
  /**
   * Native batch calls, cut to what client and server take at once. Answers in the order of `entries`, in which the
   * changes of one record run too.
   */
  batch(entries: readonly BatchEntry[], context: CallLimits): Promise<BatchOutcome[]>;
  /** The records of the partitions asked for, in no order; see RecordQuery. */
  query(query: RecordQuery, context: CallLimits): Promise<QueryAnswer>;

  /** `set` is required: this port cannot truncate a namespace. Only records last written before `beforeMs` (Unix time). */
  truncate(target: { namespace: string; set: string; beforeMs?: number }, context: CallLimits): Promise<void>;
  registerUdf(module: { name: string; code: string }, context: CallLimits): Promise<void>;
  removeUdf(name: string, context: CallLimits): Promise<void>;

  readonly security: SecurityAdmin;
  close(): void;
}

export interface CallLimits {
  signal: AbortSignal;
  /** What is left of the call's time, in ms. Default: the profile's. */
  timeoutMs?: number;
  /** The caller's rate paid for these very questions when the call was planned; writes are not meant. */
  isPaid?: boolean;
}

export interface ClusterNode {
  /** e.g. `BB9020011AC4202`. */
  id: string;
  /** `host:port` as the client reaches it. */
  address: string;
}

/** One node's answer: the text behind the tab, or why there is none. */
export type InfoAnswer = { node: string } & ({ ok: true; text: string } | { ok: false; code: number; message: string });

export interface StoredRecord {
  /** The key as stored beside the record, when the writer sent it; else its digest, base64. */
  key: RecordKey;
  bins: Bins;
  generation: number;
  /** Seconds left; null: never expires. */
  ttlSeconds: number | null;
}

export type Ttl = 'namespace-default' | 'never' | 'keep' | number;

export interface WritePolicy {
  ttl: Ttl;
  /** Only if the record has this generation. */
  generation?: number;
  /** `update`: create or change (default); `create`, `replace`: create or replace whole; `update-only`, `replace-only`. */
  exists: 'update' | 'create' | 'replace' | 'update-only' | 'replace-only';
  /** A record that ends by this leaves a tombstone, without which it can come back after a restart. Enterprise only. */
  durableDelete?: boolean;
  /** Stores the key beside the record, so that scans can show it. */
  storeKey: boolean;
}

export type RemovePolicy = Pick<WritePolicy, 'generation' | 'durableDelete'>;

/** One step of `operate`, in the order given. CDT steps work on a list or map bin. */
export type Operation =
  | { op: 'read'; bin: string | null }
  | { op: 'write'; bin: string; value: TypedJson }
  | { op: 'add'; bin: string; value: TypedJson }
  | { op: 'append' | 'prepend'; bin: string; value: TypedJson }
  | { op: 'touch' }
  | { op: 'delete' }
  | { op: 'list-append' | 'list-remove-value'; bin: string; value: TypedJson }
  | { op: 'list-insert' | 'list-set'; bin: string; index: number; value: TypedJson }
  | { op: 'list-get' | 'list-remove'; bin: string; index: number; count?: number }
  | { op: 'list-size' | 'map-size'; bin: string }
  | { op: 'map-put' | 'map-increment'; bin: string; mapKey: TypedJson; value: TypedJson }
  | { op: 'map-get' | 'map-remove'; bin: string; mapKey: TypedJson };

export interface UdfCall {
  module: string;
  function: string;
  args: readonly TypedJson[];
  /** As in WritePolicy: of what the function deletes. */
  durableDelete?: boolean;
}

export type BatchEntry =
  | { kind: 'get'; key: RecordKey; bins: readonly string[] | null }
  | { kind: 'put'; key: RecordKey; bins: Bins; how: WritePolicy }
  | ({ kind: 'delete'; key: RecordKey } & RemovePolicy)
  | { kind: 'operate'; key: RecordKey; operations: readonly Operation[]; how: WritePolicy }
  | { kind: 'apply'; key: RecordKey; call: UdfCall };

export type BatchOutcome =
  | { ok: true; record: StoredRecord | null }
  /** `in-doubt`: a write whose answer was lost may have happened. */
  | {
      ok: false;
      code: 'not-found' | 'generation' | 'exists' | 'too-large' | 'refused' | 'failed';
      message: string;
      inDoubt: boolean;
    };

/** Index types and where in a bin's value an index looks. */
export type IndexType = 'numeric' | 'string' | 'blob' | 'geo2dsphere';
export type CollectionType = 'none' | 'list' | 'map-keys' | 'map-values';

/** What a secondary index finds. A filter that cannot be expressed here does not exist: none is ever dropped. */
export type IndexFilter =
  | { kind: 'equal'; bin: string; collection: CollectionType; value: TypedJson }
  | { kind: 'range'; bin: string; collection: CollectionType; begin: TypedJson; end: TypedJson }
  /** Points inside a GeoJSON region (Polygon, AeroCircle). */
  | { kind: 'within'; bin: string; collection: CollectionType; region: JsonObject }
  /** Regions that contain a GeoJSON point. */
  | { kind: 'contains-point'; bin: string; collection: CollectionType; point: JsonObject };

export interface RecordQuery {
  namespace: string;
  /** Null: the whole namespace. */
  set: string | null;
  bins: readonly string[] | null;
  filter: IndexFilter | null;
  /**
   * First partition and how many; of 4,096. `slots`: in the one partition asked for only the records whose slot (see
   * slots.ts) is in this range, `end` left out: how a partition with too many records is read piece by piece.
   */
  partitions: { begin: number; count: number; slots?: { begin: number; end: number } };
  /** A bound for memory; `isCut` says that it was met. */
  maxRecords: number;
  /** Some of the records serve as well as all: what is cut or partial is used, too. */
  isSample?: true;
}

export interface QueryAnswer {
  records: PlacedRecord[];
  /** More records are in these partitions than were asked for. */
  isCut: boolean;
  /** The time ran out, or a node was lost, before all of them were read. */
  isPartial: boolean;
}

/** Where a record lies: what pages are cut by. */
export type PlacedRecord = StoredRecord & { partition: number; slot: number };

/** Users and roles; only an Enterprise server has them (others answer with `refused`). */
export interface SecurityAdmin {
  users(context: CallLimits): Promise<UserFacts[]>;
  /** The user that this connection signed in as, which every user may ask; null without one. */
  self?(context: CallLimits): Promise<UserFacts | null>;
  roles(context: CallLimits): Promise<RoleFacts[]>;
  createUser(user: string, password: string, roles: readonly string[], context: CallLimits): Promise<void>;
  dropUser(user: string, context: CallLimits): Promise<void>;
  setPassword(user: string, password: string, context: CallLimits): Promise<void>;
  grantRoles(user: string, roles: readonly string[], context: CallLimits): Promise<void>;
  revokeRoles(user: string, roles: readonly string[], context: CallLimits): Promise<void>;
  createRole(role: RoleFacts, context: CallLimits): Promise<void>;
  dropRole(role: string, context: CallLimits): Promise<void>;
  grantPrivileges(role: string, privileges: readonly Privilege[], context: CallLimits): Promise<void>;
  revokePrivileges(role: string, privileges: readonly Privilege[], context: CallLimits): Promise<void>;
}

export interface UserFacts {
  user: string;
  roles: string[];
  connections: number | null;
}

export interface Privilege {
  /** e.g. `read-write`, as the server names it. */
  code: string;
  namespace?: string;
  set?: string;
}

export interface RoleFacts {
  role: string;
  privileges: Privilege[];
  /** Networks a user of this role may come from; empty: any. */
  allowlist?: string[];
  readQuota?: number;
  writeQuota?: number;
}
