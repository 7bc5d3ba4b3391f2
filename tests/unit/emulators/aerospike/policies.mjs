// Write policies and refusals through the official client. A real server 8.1.2.0 says what is in measured/policies.txt.
import { Aerospike, attempt, connect } from './official-client.mjs';

const { exists, gen } = Aerospike.policy;
const client = await connect();
const keyOf = (name) => new Aerospike.Key('test', 'emulator-policies', name);
const [old, fresh, none] = ['old', 'fresh', 'none'].map(keyOf);
const policy = (options) => new Aerospike.WritePolicy(options);
const removal = (options) => new Aerospike.RemovePolicy(options);
const put = (key, bins, meta, options) => async () => {
  await client.put(key, bins, meta, policy(options));
  return 'done';
};
const get = async () => (await client.get(fresh)).bins;
for (const key of [old, fresh, none]) await client.remove(key).catch(() => undefined);
await client.put(old, { a: 1 });

const steps = {
  create: put(old, { a: 1 }, {}, { exists: exists.CREATE }),
  update: put(fresh, { a: 1 }, {}, { exists: exists.UPDATE }),
  replace: put(fresh, { a: 1 }, {}, { exists: exists.REPLACE }),
  createOrReplace: put(fresh, { a: 1 }, {}, { exists: exists.CREATE_OR_REPLACE }),
  replacePresent: put(fresh, { b: 1 }, {}, { exists: exists.REPLACE }),
  left: get,
  generation: put(fresh, { b: 2 }, { gen: 2 }, { gen: gen.EQ }),
  generationPast: put(fresh, { b: 2 }, { gen: 2 }, { gen: gen.EQ }),
  generationGreater: put(fresh, { b: 2 }, { gen: 9 }, { gen: gen.GT }),
  generationLower: put(fresh, { b: 2 }, { gen: 1 }, { gen: gen.GT }),
  removeGeneration: () => client.remove(fresh, removal({ gen: gen.EQ, generation: 1 })),
  durable: () => client.remove(fresh, removal({ durableDelete: true })),
  durableAbsent: () => client.remove(none, removal({ durableDelete: true })),
  durablePut: put(fresh, { d: 1 }, {}, { durableDelete: true }),
  durableBin: put(fresh, { d: null }, {}, { durableDelete: true }),
  durableLastBin: put(old, { a: null }, {}, { durableDelete: true }),
  durableLastBinAbsent: put(none, { a: null }, {}, { durableDelete: true }),
  lastBinAbsent: put(none, { a: null }),
  durableOperate: () =>
    client.operate(fresh, [Aerospike.operations.delete()], {}, new Aerospike.OperatePolicy({ durableDelete: true })),
  durableBatch: async () => {
    const policies = [{ durableDelete: true }, { durableDelete: true }, {}];
    const entries = [old, none, none].map((key, index) => ({
      type: Aerospike.batchType.BATCH_REMOVE,
      key,
      policy: new Aerospike.BatchRemovePolicy(policies[index]),
    }));
    return (await client.batchWrite(entries)).map(({ status }) => status);
  },
  durableLeft: async () => [(await client.get(old)).bins, await get()],
  remove: async () => (await client.remove(fresh), 'done'),
  removeAbsent: () => client.remove(fresh),
  exists: () => client.exists(old),
  existsNot: () => client.exists(none),
  tooBig: put(fresh, { a: Buffer.alloc(2 * 1024 * 1024) }),
  noNamespace: () => client.put(new Aerospike.Key('nowhere', 'a', 'b'), { a: 1 }),
  never: async () => {
    await client.put(old, { q: 1 }, { ttl: Aerospike.ttl.NEVER_EXPIRE });
    return (await client.get(old)).ttl;
  },
  kept: async () => {
    await client.put(old, { q: 1 }, { ttl: 5000 });
    await client.put(old, { q: 1 }, { ttl: Aerospike.ttl.DONT_UPDATE });
    return (await client.get(old)).ttl > 4000;
  },
  tooLong: put(old, { q: 1 }, { ttl: 400_000_000 }),
  transaction: () => client.get(old, new Aerospike.ReadPolicy({ txn: new Aerospike.Transaction() })),
  lastBin: async () => {
    await client.put(fresh, { a: 1 });
    await client.put(fresh, { a: null });
    return get();
  },
  noBins: () => client.put(fresh, {}),
  badGeo: put(old, { g: new Aerospike.GeoJSON('{"type":"Nope"}') }),
  noGeo: put(old, { g: new Aerospike.GeoJSON('nonsense') }),
  filtered: () =>
    client.get(
      old,
      new Aerospike.ReadPolicy({ filterExpression: Aerospike.exp.eq(Aerospike.exp.binInt('a'), Aerospike.exp.int(7)) }),
    ),
  bigInteger: async () => {
    await client.put(fresh, { big: 9_223_372_036_854_775_807n, low: -9_223_372_036_854_775_808n });
    return get();
  },
  users: () => client.queryUsers(),
};
for (const [name, run] of Object.entries(steps)) await attempt(name, run);
for (const key of [old, fresh]) await client.remove(key).catch(() => undefined);
client.close();
