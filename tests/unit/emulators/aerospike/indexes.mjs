// What nodes count of a secondary index and of a set. A real server 8.1.2.0 says what is in measured/indexes.txt.
import { Aerospike, connect, say, sleep } from './official-client.mjs';

const client = await connect();
const set = 'emulator-indexes';
const size = 200;
const indexes = { v: Aerospike.indexType.DEFAULT, l: Aerospike.indexType.LIST };

/** What each node says to a command under these names. */
const told = async (command, names) => {
  const answers = await Promise.all(client.getNodes().map((node) => client.infoNode(command, node)));
  return answers.map((answer) => {
    const facts = new Map(answer.trim().split('\t')[1].split(/[;:]/).map((pair) => pair.split('='))); // prettier-ignore
    return names.map((name) => Number(facts.get(name)));
  });
};
const sums = (rows) => rows[0].map((_, at) => rows.reduce((sum, row) => sum + row[at], 0));

for (const ns of ['test', 'bar']) {
  const keys = Array.from({ length: size }, (_, at) => new Aerospike.Key(ns, set, at));
  for (const [at, key] of keys.entries()) await client.put(key, { v: at, l: [at, at + size, at + 2 * size] });
  for (const [bin, type] of Object.entries(indexes)) {
    const datatype = Aerospike.indexDataType.NUMERIC;
    await (await client.createIndex({ ns, set, bin, index: `em_count_${bin}`, datatype, type })).wait();
  }
  const factor = await told(`namespace/${ns}`, ['effective_replication_factor']);
  say(ns, 'copies', factor.flat().join(' '), 'nodes', factor.length);
  for (const bin of Object.keys(indexes)) {
    // The server may be a moment behind.
    let rows = [];
    for (let tries = 0; tries < 40; tries += 1) {
      rows = await told(`sindex-stat:ns=${ns};indexname=em_count_${bin}`, ['entries', 'load_pct']);
      if (rows.every(([, loaded]) => loaded === 100)) break;
      await sleep(50);
    }
    say(ns, bin, 'entries', sums(rows)[0]);
    // Which records lie where differs between clusters, unless every node has all of them.
    if (ns === 'test') say(ns, bin, 'entries by node', rows.map(([entries]) => entries).join(' '));
  }
  say(ns, 'objects', sums(await told(`sets/${ns}/${set}`, ['objects']))[0]);
  for (const bin of Object.keys(indexes)) await client.indexRemove(ns, `em_count_${bin}`);
  await client.batchRemove(keys);
}
client.close();
