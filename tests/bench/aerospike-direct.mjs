// The official client called directly, in a process of its own because it blocks its thread while it connects. Speaks with
// the bench over IPC: `{ name, … }` in, `{ ms }` out.
import { createRequire } from 'node:module';

const Aerospike = createRequire(import.meta.url)('aerospike');
const [address = '', namespace = 'test'] = process.argv.slice(2);
Aerospike.setDefaultLogging({ level: Aerospike.log.OFF });
const client = await Aerospike.connect({ hosts: address });
const policy = { totalTimeout: 20_000, socketTimeout: 20_000 };
const keyOf = (set, index) => new Aerospike.Key(namespace, set, `k${index}`);
const binsOf = (index) => ({ n: index, name: `record ${index}`, price: index + 0.5 });

const actions = {
  async get({ set, count }) {
    for (let index = 0; index < count; index += 1) await client.get(keyOf(set, index % 1000));
  },
  async batchWrite({ set, count }) {
    await client.batchWrite(
      Array.from({ length: count }, (_, index) => ({
        type: Aerospike.batchType.BATCH_WRITE,
        key: keyOf(set, index),
        ops: Object.entries(binsOf(index)).map(([bin, value]) => Aerospike.operations.write(bin, value)),
      })),
      policy,
    );
  },
  async batchRead({ set, count }) {
    await client.batchRead(
      Array.from({ length: count }, (_, index) => ({ key: keyOf(set, index), readAllBins: true })),
      policy,
    );
  },
  async singleWrites({ set, count }) {
    for (let index = 0; index < count; index += 1) await client.put(keyOf(set, index), binsOf(index));
  },
  async singleReads({ set, count }) {
    for (let index = 0; index < count; index += 1) await client.get(keyOf(set, index));
  },
};

process.on('message', async ({ name, ...rest }) => {
  const started = performance.now();
  await actions[name](rest);
  process.send({ ms: performance.now() - started });
});
process.on('disconnect', () => process.exit(0));
process.send({ ms: 0 });
