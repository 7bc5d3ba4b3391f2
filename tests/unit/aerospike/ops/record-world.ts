import type {
  BatchEntry,
  BatchOutcome,
  StoredRecord,
  WritePolicy,
} from '../../../../electron/servers/aerospike/connection/connection.ts';
import type { AerospikeServices } from '../../../../electron/servers/aerospike/services.ts';
import { aerospikeTools } from '../../../../electron/servers/aerospike/tools/index.ts';
import type { RecordKey } from '../../../../electron/servers/aerospike/values/typed-json.ts';
import type { JsonObject, Plan } from '../../../../electron/core/workers/protocol.ts';
import type { Tool } from '../../../../electron/servers/kit/define-tool.ts';
import { fakeCluster, toolContext } from '../../../support/aerospike-fake-cluster.ts';

type Held = Pick<StoredRecord, 'bins' | 'generation' | 'ttlSeconds'>;

/** Records in memory under their key alone, and what would have been written, with its policy. */
export interface RecordWorld {
  records: Map<string, Held>;
  /** Info answers of the one node. */
  answers: Map<string, string>;
  ran: { kind: string; key: string; how?: WritePolicy; generation?: number | undefined }[];
  registered: string[];
  tool(name: string): Tool<AerospikeServices>;
  plan(name: string, args: JsonObject): Promise<Plan>;
  run(name: string, args: JsonObject, agreed: Plan): Promise<JsonObject>;
}

export function recordWorld(held: Readonly<Record<string, Partial<Held>>> = {}): RecordWorld {
  const records = new Map(
    Object.entries(held).map(([key, record]) => [key, { bins: {}, generation: 1, ttlSeconds: null, ...record }]),
  );
  const answers = new Map<string, string>();
  const ran: RecordWorld['ran'] = [];
  const registered: string[] = [];
  const { connection: other } = fakeCluster([{ id: 'A1', answers }]);
  const find = (key: RecordKey, bins: readonly string[] | null): StoredRecord | null => {
    const record = records.get(nameOf(key));
    return record ? { ...record, key, bins: bins === null ? record.bins : {} } : null;
  };
  const outcome = (entry: BatchEntry): BatchOutcome => {
    if (entry.kind === 'get') return { ok: true, record: find(entry.key, entry.bins) };
    const how = 'how' in entry ? { how: entry.how } : {};
    const generation = entry.kind === 'delete' ? { generation: entry.generation } : {};
    ran.push({ kind: entry.kind, key: nameOf(entry.key), ...how, ...generation });
    return { ok: true, record: null };
  };
  const connection: AerospikeServices['connection'] = {
    ...other,
    get: (key, bins) => Promise.resolve(find(key, bins)),
    put(key, _bins, how) {
      ran.push({ kind: 'put', key: nameOf(key), how });
      return Promise.resolve();
    },
    operate(key, _operations, how) {
      ran.push({ kind: 'operate', key: nameOf(key), how });
      return Promise.resolve(find(key, null) ?? { key, bins: {}, generation: 1, ttlSeconds: null });
    },
    apply: () => Promise.resolve(null),
    batch: (entries) => Promise.resolve(entries.map(outcome)),
    registerUdf({ code }) {
      registered.push(code);
      return Promise.resolve();
    },
    truncate: () => Promise.resolve(),
  };
  const profile = { name: 'p', namespaces: null, user: null, role: 'admin', timeoutMs: 1000 };
  // What these tools use of a profile; the rest is for the connection, which is a fake.
  const services = { connection, profile } as unknown as AerospikeServices;
  const tool = (name: string): Tool<AerospikeServices> => {
    const found = aerospikeTools.find((candidate) => candidate.name === `aerospike_${name}`);
    if (!found) throw new Error(`no tool ${name}`);
    return found;
  };
  return {
    records,
    answers,
    ran,
    registered,
    tool,
    plan: (name, args) => tool(name).plan(args, services, toolContext()),
    async run(name, args, agreed) {
      const outcome = await tool(name).call(args, services, toolContext({ plan: agreed }));
      if (!outcome.ok) throw new Error(outcome.error.message);
      return outcome.structured;
    },
  };
}

const nameOf = ({ key }: RecordKey): string => (typeof key === 'string' ? key : JSON.stringify(key));
