// Every map operation through the official client. What a real server 8.1.2.0 says is in measured/map-operations.txt.
import { Aerospike, connect, createBench } from './official-client.mjs';

const { lists, maps, MapPolicy } = Aerospike;
const client = await connect();
const key = new Aerospike.Key('test', 'emulator-maps', 'one');
const bench = createBench(client, key);
const bins = { m: { c: 3, a: 9, b: 1, d: 3 } };
const policy = (options) => new MapPolicy(options);

const plain = {
  put: maps.put('m', 'e', 5),
  putOver: maps.put('m', 'a', 5),
  putItems: maps.putItems('m', { e: 1, a: 2 }),
  increment: maps.increment('m', 'a', 2),
  incrementAbsent: maps.increment('m', 'z', 2),
  decrement: maps.decrement('m', 'a', 2),
  incrementByText: maps.increment('m', 'a', 'x'),
  clear: maps.clear('m'),
  size: maps.size('m'),
  setPolicy: maps.setPolicy('m', policy({ order: 1 })),
  createOnly: maps.put('m', 'a', 1, policy({ writeFlags: 1 })),
  createOnlyNoFail: maps.put('m', 'a', 1, policy({ writeFlags: 5 })),
  updateOnly: maps.put('m', 'z', 1, policy({ writeFlags: 2 })),
  partial: maps.putItems('m', { a: 0, z: 0 }, policy({ writeFlags: 13 })),
  noFail: maps.putItems('m', { a: 0, z: 0 }, policy({ writeFlags: 5 })),
  keyDouble: maps.put('m', 1.5, 1),
};
for (const [name, operation] of Object.entries(plain)) await bench(name, bins, operation);

const { VALUE, INVERTED } = maps.returnType;
for (const [type, given] of Object.entries({ ...maps.returnType, INVERTED: VALUE | INVERTED })) {
  const chosen = {
    byKey: maps.getByKey('m', 'a', given),
    byKeyAbsent: maps.getByKey('m', 'zz', given),
    byKeyRange: maps.getByKeyRange('m', 'b', 'd', given),
    byKeyList: maps.getByKeyList('m', ['d', 'a', 'q'], given),
    byValue: maps.getByValue('m', 3, given),
    byValueList: maps.getByValueList('m', [3, 9], given),
    byValueRange: maps.getByValueRange('m', 1, 4, given),
    byIndex: maps.getByIndex('m', 0, given),
    byIndexBeyond: maps.getByIndex('m', 10, given),
    byIndexRange: maps.getByIndexRange('m', 1, 2, given),
    byRank: maps.getByRank('m', -1, given),
    byRankRange: maps.getByRankRange('m', -2, 2, given),
    relativeKey: maps.getByKeyRelIndexRange('m', 'b', 0, 2, given),
    relativeValue: maps.getByValueRelRankRange('m', 3, 0, 2, given),
    removeKey: maps.removeByKey('m', 'a', given),
    removeKeyList: maps.removeByKeyList('m', ['a', 'c'], given),
    removeKeyRange: maps.removeByKeyRange('m', 'b', 'd', given),
    removeValue: maps.removeByValue('m', 3, given),
    removeValueList: maps.removeByValueList('m', [3, 1], given),
    removeValueRange: maps.removeByValueRange('m', 1, 4, given),
    removeIndex: maps.removeByIndex('m', 1, given),
    removeIndexRange: maps.removeByIndexRange('m', 1, 2, given),
    removeRank: maps.removeByRank('m', 0, given),
    removeRankRange: maps.removeByRankRange('m', 1, 2, given),
    removeRelative: maps.removeByKeyRelIndexRange('m', 'b', 0, 2, given),
  };
  for (const [name, operation] of Object.entries(chosen)) await bench(`${type}.${name}`, bins, operation);
}

const absent = {
  put: maps.put('n', 'a', 1),
  putOrdered: maps.putItems('n', { b: 1, a: 2 }, policy({ order: 1 })),
  increment: maps.increment('n', 'a', 1),
  remove: maps.removeByKey('n', 'a', VALUE),
  size: maps.size('n'),
  clear: maps.clear('n'),
  setPolicy: maps.setPolicy('n', policy({ order: 1 })),
  noMap: maps.put('x', 1, 1),
};
for (const [name, operation] of Object.entries(absent)) await bench(`absent.${name}`, { x: 1 }, operation);

const nested = { m: { a: { b: [1, 2, { c: 5 }] }, l: [3, 1] } };
const inside = {
  list: lists.append('m', 9).withContext((to) => to.addMapKey('a').addMapKey('b')),
  deep: maps.increment('m', 'c', 1).withContext((to) => to.addMapKey('a').addMapKey('b').addListIndex(-1)),
  read: lists.getByRank('m', 0, lists.returnType.VALUE).withContext((to) => to.addMapKey('l')),
  missing: lists.append('m', 9).withContext((to) => to.addMapKey('zz')),
  missingRead: lists.size('m').withContext((to) => to.addMapKey('zz')),
  created: lists.append('m', 9).withContext((to) => to.addMapKeyCreate('zz', 0)),
  createdInList: lists.append('m', 9).withContext((to) => to.addMapKey('l').addListIndexCreate(2, 0, false)),
  wrongKind: lists.append('m', 9).withContext((to) => to.addListIndex(0)),
};
for (const [name, operation] of Object.entries(inside)) await bench(`inside.${name}`, nested, operation);
await bench(
  'inside.absent',
  { x: 1 },
  maps.put('q', 'a', 1).withContext((to) => to.addMapKeyCreate('zz', 1)),
);
await client.remove(key).catch(() => undefined);
client.close();
