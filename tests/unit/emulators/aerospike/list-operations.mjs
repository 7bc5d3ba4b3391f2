// Every list operation through the official client. What a real server 8.1.2.0 says is in measured/list-operations.txt.
import { Aerospike, connect, createBench } from './official-client.mjs';

const { lists, ListPolicy, Double, operations } = Aerospike;
const client = await connect();
const key = new Aerospike.Key('test', 'emulator-lists', 'one');
const bench = createBench(client, key);
const bins = { l: [5, 3, 9, 3, 1] };
const policy = (options) => new ListPolicy(options);

const plain = {
  append: lists.append('l', 7),
  appendItems: lists.appendItems('l', [7, 8]),
  insert: lists.insert('l', 1, 99),
  insertFromEnd: lists.insert('l', -1, 99),
  insertBeyond: lists.insert('l', 8, 99),
  insertItems: lists.insertItems('l', 2, [1, 2]),
  pop: lists.pop('l', 1),
  popBeyond: lists.pop('l', 10),
  popRange: lists.popRange('l', 1, 2),
  popRangeOpen: lists.popRange('l', 3),
  remove: lists.remove('l', 0),
  removeRange: lists.removeRange('l', 1, 2),
  removeRangeBeyond: lists.removeRange('l', 7, 2),
  set: lists.set('l', 1, 42),
  setBeyond: lists.set('l', 7, 42),
  trim: lists.trim('l', 1, 2),
  trimBeyond: lists.trim('l', 7, 2),
  clear: lists.clear('l'),
  increment: lists.increment('l', 1, 5),
  incrementByOne: lists.increment('l', 0),
  incrementBeyond: lists.increment('l', 6, 2),
  sort: lists.sort('l', 0),
  sortWithout: lists.sort('l', 2),
  setOrder: lists.setOrder('l', 1),
  size: lists.size('l'),
  get: lists.get('l', 2),
  getFromEnd: lists.get('l', -1),
  getBeyond: lists.get('l', 10),
  getRange: lists.getRange('l', 1, 3),
  getRangeFromEnd: lists.getRange('l', -2),
  getRangeBeyond: lists.getRange('l', 9, 3),
  unique: lists.append('l', 3, policy({ writeFlags: 1 })),
  uniqueNoFail: lists.append('l', 3, policy({ writeFlags: 5 })),
  uniquePartial: lists.appendItems('l', [3, 4, 4, 8], policy({ writeFlags: 13 })),
  uniqueItemsNoFail: lists.appendItems('l', [3, 4], policy({ writeFlags: 5 })),
  bounded: lists.insert('l', 9, 1, policy({ writeFlags: 2 })),
  boundedNoFail: lists.insert('l', 9, 1, policy({ writeFlags: 6 })),
};
for (const [name, operation] of Object.entries(plain)) await bench(name, bins, operation);

const { VALUE, INVERTED } = lists.returnType;
for (const [type, given] of Object.entries({ ...lists.returnType, INVERTED: VALUE | INVERTED })) {
  const chosen = {
    byIndex: lists.getByIndex('l', 1, given),
    byIndexBeyond: lists.getByIndex('l', 10, given),
    byRank: lists.getByRank('l', -1, given),
    byValue: lists.getByValue('l', 3, given),
    byValueAbsent: lists.getByValue('l', 77, given),
    byValueList: lists.getByValueList('l', [3, 9, 77], given),
    byValueRange: lists.getByValueRange('l', 3, 9, given),
    byIndexRange: lists.getByIndexRange('l', 1, 2, given),
    byRankRange: lists.getByRankRange('l', 1, 3, given),
    byRankRangeFromEnd: lists.getByRankRange('l', -2, 2, given),
    relative: lists.getByValueRelRankRange('l', 3, 1, 2, given),
    relativeBelow: lists.getByValueRelRankRange('l', 4, -1, 2, given),
    removeIndex: lists.removeByIndex('l', 1, given),
    removeValue: lists.removeByValue('l', 3, given),
    removeValueList: lists.removeByValueList('l', [3, 9], given),
    removeValueRange: lists.removeByValueRange('l', 3, 9, given),
    removeIndexRange: lists.removeByIndexRange('l', 1, 2, given),
    removeRank: lists.removeByRank('l', 0, given),
    removeRankRange: lists.removeByRankRange('l', 1, 2, given),
    removeRelative: lists.removeByValueRelRankRange('l', 3, 1, 2, given),
  };
  for (const [name, operation] of Object.entries(chosen)) await bench(`${type}.${name}`, bins, operation);
}

const absent = {
  append: lists.append('n', 7),
  appendOrdered: lists.appendItems('n', [7, 1, 3], policy({ order: 1 })),
  set: lists.set('n', 1, 4),
  insert: lists.insert('n', 0, 4),
  increment: lists.increment('n', 0, 4),
  pop: lists.pop('n', 0),
  clear: lists.clear('n'),
  size: lists.size('n'),
  sort: lists.sort('n', 0),
  removeValue: lists.removeByValue('n', 1, VALUE),
  setOrder: lists.setOrder('n', 1),
};
for (const [name, operation] of Object.entries(absent)) await bench(`absent.${name}`, { x: 1 }, operation);

const ordered = lists.appendItems('l', [5, 1, 3], policy({ order: 1 }));
await bench('ordered.insert', null, ordered, lists.insert('l', 0, 2));
await bench('ordered.set', null, ordered, lists.set('l', 0, 2));
await bench('ordered.increment', null, ordered, lists.increment('l', 0, 9));
await bench('ordered.append', null, ordered, lists.append('l', 2));
await bench('noList', { x: 1 }, lists.append('x', 7));
await bench('incrementText', { l: ['a'] }, lists.increment('l', 0, 9));
await bench('incrementDouble', { l: [new Double(1.5)] }, lists.increment('l', 0, new Double(1)));
await bench('sortMixed', { l: [3, 'a', 1.5, null, true, [1], { a: 1 }, Buffer.from('z')] }, lists.sort('l', 0));

await bench('incr.text', { a: 'x' }, operations.incr('a', 1));
await bench('incr.double', { a: new Double(1.5) }, operations.incr('a', new Double(1.25)), operations.read('a'));
await bench('incr.mixed', { a: 1 }, operations.incr('a', new Double(1.25)));
await bench('append.integer', { a: 1 }, operations.append('a', 'x'));
await bench('append.absent', { b: 1 }, operations.append('a', 'x'), operations.read('a'), operations.read('zz'));
await bench('prepend.bytes', { a: Buffer.from('b') }, operations.prepend('a', Buffer.from('a')));
await bench('delete', { a: 1, b: 2 }, operations.delete());
await bench('write.nothing', { a: 1, b: 2 }, operations.write('a', null), operations.read('b'));
await bench('twice', { a: 1 }, operations.incr('a', 1), operations.incr('a', 1), operations.read('a'));
await bench('touch.absent', null, operations.touch(10));
await client.remove(key).catch(() => undefined);
client.close();
