// Queries, filters and batches through the official client. A real server 8.1.2.0 says what is in measured/queries.txt.
import { Aerospike, attempt, connect, show, sleep, say } from './official-client.mjs';

const { exp, filter, lists, maps, operations, indexDataType, indexType, batchType, GeoJSON } = Aerospike;
const client = await connect();
const set = 'emulator-queries';
const keyOf = (name) => new Aerospike.Key('test', set, name);
const region = (i) =>
  i % 2 === 0
    ? { type: 'AeroCircle', coordinates: [[i / 10, i / 10], 20_000] }
    : { type: 'Polygon', coordinates: [[i / 10, 0], [i / 10 + 1, 0], [i / 10 + 1, 1], [i / 10, 1], [i / 10, 0]] }; // prettier-ignore
for (let i = 0; i < 60; i += 1) {
  const area = region(i);
  const bins = {
    i,
    s: `s${i % 5}`,
    l: [i, i % 7],
    m: { [`k${i % 3}`]: i % 4 },
    d: new Aerospike.Double(i / 2),
    b: i % 2 === 0,
    g: new GeoJSON({ type: 'Point', coordinates: [i / 10, i / 20] }),
    r: new GeoJSON(area.type === 'Polygon' ? { ...area, coordinates: [area.coordinates] } : area),
    bl: Buffer.from(`b${i % 3}`),
  };
  const policy = { key: i % 2 === 1 ? Aerospike.policy.key.SEND : Aerospike.policy.key.DIGEST };
  await client.put(keyOf(`q${i}`), bins, { ttl: 1000 }, new Aerospike.WritePolicy(policy));
}
const { NUMERIC, STRING, GEO2DSPHERE, BLOB } = indexDataType;
const { LIST, MAPKEYS, MAPVALUES } = indexType;
const indexes = [
  ['i', NUMERIC],
  ['s', STRING],
  ['g', GEO2DSPHERE],
  ['r', GEO2DSPHERE],
  ['l', NUMERIC, LIST],
  ['m', STRING, MAPKEYS],
  ['m', NUMERIC, MAPVALUES],
  ['bl', BLOB],
].map(([bin, datatype, type], at) => ({
  ns: 'test',
  set,
  bin,
  datatype,
  index: `emulator_q${at}`,
  ...(type && { type }),
}));
for (const index of indexes) {
  const job = await client.createIndex(index);
  await job.wait(20);
}
await sleep(200);

const query = async (where, options = {}, policy = undefined) => {
  const asked = client.query('test', set, options);
  if (where) asked.where(where);
  const records = await asked.results(policy);
  return records.sort((one, other) => (one.bins.i ?? 0) - (other.bins.i ?? 0));
};
const numbers = (records) => `${records.length} ${show(records.map(({ bins }) => bins.i))}`;
const queries = {
  all: null,
  equal: filter.equal('i', 7),
  range: filter.range('i', 10, 20),
  text: filter.equal('s', 's3'),
  noIndex: filter.equal('zz', 3),
  inRegion: filter.geoWithinGeoJSONRegion('g', {
    type: 'Polygon',
    coordinates: [[[0, 0], [2.03, 0], [2.03, 2], [0, 2], [0, 0]]], // prettier-ignore
  }),
  inCircle: filter.geoWithinRadius('g', 1, 0.5, 60_000),
  around: filter.geoContainsGeoJSONPoint('r', { type: 'Point', coordinates: [2.05, 0.5] }),
  aroundInCircle: filter.geoContainsPoint('r', 3, 3),
  listHas: filter.contains('l', 3, LIST),
  listRange: filter.range('l', 50, 55, LIST),
  mapKey: filter.contains('m', 'k1', MAPKEYS),
  mapValue: filter.range('m', 2, 3, MAPVALUES),
  bytes: filter.equal('bl', Buffer.from('b1')),
};
for (const [name, where] of Object.entries(queries)) await attempt(name, () => query(where), numbers);
const few = filter.range('i', 1, 3);
const full = (records) => show(records.map(({ key, bins, gen }) => [key.key, bins, gen]));
await attempt('select', () => query(few, { select: ['i', 's'] }), full);
await attempt('selectAbsent', () => query(few, { select: ['nope'] }), full);
await attempt('noBins', () => query(few, { nobins: true }), (records) => String(records.length)); // prettier-ignore
await attempt('limited', () => query(null, { maxRecords: 9 }), (records) => String(records.length)); // prettier-ignore

for (const [name, where] of [
  ['pages', filter.range('i', 0, 40)],
  ['pagesOfAll', null],
]) {
  const asked = client.query('test', set, { paginate: true, maxRecords: 11 });
  if (where) asked.where(where);
  const seen = [];
  do seen.push(...((await asked.results()) ?? []).map(({ bins }) => bins.i));
  while (asked.hasNextPage() && seen.length < 200);
  say(name, seen.length, new Set(seen).size);
}
const half = async (from) => {
  const asked = client.query('test', set);
  asked.partitions(from, 2048);
  return (await asked.results()).length;
};
say('halves', (await half(0)) + (await half(2048)));

const i = exp.binInt('i');
const expressions = {
  greater: exp.gt(i, exp.int(50)),
  and: exp.and(exp.ge(i, exp.int(10)), exp.lt(i, exp.int(13))),
  or: exp.or(exp.eq(i, exp.int(1)), exp.eq(exp.binStr('s'), exp.str('s2'))),
  not: exp.not(exp.lt(i, exp.int(57))),
  double: exp.gt(exp.binFloat('d'), exp.float(28.5)),
  boolean: exp.and(exp.binBool('b'), exp.gt(i, exp.int(50))),
  regex: exp.cmpRegex(2, 'S[12]$', exp.binStr('s')),
  exists: exp.binExists('nope'),
  type: exp.eq(exp.binType('l'), exp.int(20)),
  ttl: exp.gt(exp.ttl(), exp.int(500)),
  keyStored: exp.keyExist(),
  setName: exp.eq(exp.setName(), exp.str(set)),
  sinceUpdate: exp.lt(exp.sinceUpdate(), exp.int(1_000_000)),
  deviceSize: exp.gt(exp.deviceSize(), exp.int(10)),
  listSize: exp.eq(exp.lists.size(exp.binList('l')), exp.int(2)),
  listGet: exp.eq(exp.lists.getByIndex(exp.binList('l'), exp.int(1), exp.type.INT, lists.returnType.VALUE), exp.int(3)),
  mapGet: exp.eq(exp.maps.getByKey(exp.binMap('m'), exp.str('k1'), exp.type.INT, maps.returnType.VALUE), exp.int(2)),
  sum: exp.eq(exp.add(i, exp.int(5)), exp.int(15)),
  condition: exp.eq(exp.cond(exp.lt(i, exp.int(5)), exp.int(1), exp.int(2)), exp.int(1)),
  let: exp.let(exp.def('x', i), exp.eq(exp.var('x'), exp.int(9))),
  geo: exp.cmpGeo(exp.binGeo('g'), exp.geo(new GeoJSON({ type: 'AeroCircle', coordinates: [[1, 0.5], 60_000] }))),
  otherKind: exp.eq(i, exp.str('x')),
  unknown: exp.eq(exp.binInt('nope'), exp.int(1)),
  key: exp.eq(exp.keyStr(), exp.str('q3')),
  list: exp.eq(exp.binList('l'), exp.list([3, 3])),
};
for (const [name, filterExpression] of Object.entries(expressions))
  await attempt(`where.${name}`, () => query(null, {}, new Aerospike.QueryPolicy({ filterExpression })), numbers);

const nine = keyOf('q9');
const { read, write } = exp.operations;
const { init, add, getCount, describe } = Aerospike.hll;
const computed = {
  read: [read('v', exp.mul(i, exp.int(3)), 0)],
  readUnknown: [read('v', exp.binInt('none'), 0)],
  readUnknownNoFail: [read('v', exp.binInt('none'), 16)],
  write: [write('w', exp.add(i, exp.int(100)), 0), operations.read('w')],
  writeCreateOnly: [write('w', exp.add(i, exp.int(100)), 1)],
  writeDelete: [write('w', exp.nil(), 4)],
  sketch: [init('h', 8), add('h', ['a', 'b', 'c']), getCount('h'), describe('h')],
  sketchAgain: [add('h', ['a', 'b', 'd']), getCount('h')],
  sketchCount: [read('hc', exp.hll.getCount(exp.binHll('h')), 0)],
};
for (const [name, given] of Object.entries(computed))
  await attempt(`compute.${name}`, async () => (await client.operate(nine, given)).bins);

const rows = (results) => show(results.map(({ status, record }) => [status, record?.bins, record?.gen]));
const { BATCH_READ, BATCH_WRITE, BATCH_REMOVE } = batchType;
const [one, two, three, four, none] = ['q1', 'q2', 'q3', 'q4', 'none'].map(keyOf);
await attempt('batch.read', () =>
  client.batchRead([
    { key: one, bins: ['i', 's'] },
    { key: two, bins: ['i', 's'] },
    { key: none, readAllBins: true },
    { key: three },
    { key: new Aerospike.Key('nowhere', 'a', 'b'), readAllBins: true },
  ]), rows); // prettier-ignore
await attempt('batch.mixed', () =>
  client.batchWrite([
    { type: BATCH_WRITE, key: one, ops: [operations.write('n', 1), operations.incr('i', 100), operations.read('i')] },
    { type: BATCH_READ, key: two, bins: ['i'] },
    { type: BATCH_REMOVE, key: three },
    { type: BATCH_REMOVE, key: none },
    { type: BATCH_WRITE, key: four, ops: [operations.append('i', 'x')] },
    {
      type: BATCH_WRITE,
      key: keyOf('q5'),
      ops: [operations.write('n', 1)],
      policy: new Aerospike.BatchWritePolicy({ exists: Aerospike.policy.exists.CREATE }),
    },
  ]), rows); // prettier-ignore
await attempt('batch.operations', () =>
  client.batchRead([{ type: BATCH_READ, key: two, ops: [operations.read('i'), lists.size('l')] }]), rows); // prettier-ignore
await attempt('batch.filtered', () =>
  client.batchRead(
    [{ key: one, bins: ['i'] }, { key: keyOf('q8'), bins: ['i'] }],
    new Aerospike.BatchPolicy({ filterExpression: exp.eq(i, exp.int(8)) }),
  ), rows); // prettier-ignore
await attempt('batch.remove', () => client.batchRemove([keyOf('q6'), none]), rows);
for (const { index } of indexes) await client.indexRemove('test', index);
await client.batchRemove(Array.from({ length: 60 }, (_, at) => keyOf(`q${at}`)));
client.close();
