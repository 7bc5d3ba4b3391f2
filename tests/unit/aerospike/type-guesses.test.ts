import { describe, expect, it } from 'vitest';
import type { Open } from '../../../electron/servers/aerospike/connection/session.ts';
import { showRecords } from '../../../electron/servers/aerospike/connection/particle-types.ts';
import {
  guessTypes,
  isSeen,
  learn,
  mostAlike,
  type Shape,
} from '../../../electron/servers/aerospike/connection/type-guesses.ts';

const integer = new Map([['n', { type: 1 }]]);
const shapes = (count: number, names = ['n']): Shape[] =>
  Array.from({ length: count }, (_, key) => ({
    record: { key: { ns: 'test', set: 's', key }, bins: { n: key }, gen: 1, ttl: 0 },
    names,
  }));

const fine = () => ({ status: 0, gen: 1 });

/** Only what asking and confirming use of the client, which cannot be loaded into the tests' own process. */
function openWith(answerOf: (key: number) => { status: number; gen: number }): { open: Open; asked: () => number } {
  let asked = 0;
  const expression = (...terms: unknown[]): unknown[] => terms;
  const driver = {
    BatchPolicy: function Policy() {
      return undefined;
    },
    policy: { replica: {} },
    exp: {
      and: expression,
      eq: expression,
      int: expression,
      add: expression,
      mul: expression,
      binType: expression,
      operations: { read: expression },
      expReadFlags: {},
    },
  };
  const client = {
    expressionToBase64: () => '',
    batchRead: (entries: { key: { key: number } }[]) => {
      asked += 1;
      return Promise.resolve(
        entries.map(({ key }) => {
          const { status, gen } = answerOf(key.key);
          return { status, record: { gen, bins: {} } };
        }),
      );
    },
  };
  return { open: { driver, client } as unknown as Open, asked: () => asked };
}

const fail = (): never => {
  throw new Error('no shape');
};

const seen = (open: Open, [first]: readonly Shape[]): void => {
  if (first) learn(open, first, integer);
};

describe('types that are guessed', () => {
  it('are taken only of records that pass, and have not changed since they were read', async () => {
    const { open } = openWith((key) => ({ status: key === 3 ? 27 : 0, gen: key === 5 ? 2 : 1 }));
    const all = shapes(20);
    seen(open, all);
    const found = await guessTypes(open, all, 1_000);
    const missing = all.filter(({ record }) => !found.has(record)).map(({ record }) => record.key.key);
    expect(missing).toEqual([3, 5]);
    expect([...found.values()].every((types) => types === integer)).toBe(true);
  });

  it('are those that were seen over the same connection', async () => {
    const [other, own] = [openWith(fine), openWith(fine)];
    const all = shapes(40);
    seen(other.open, all);
    const [last = fail()] = all.slice(-1);
    expect([isSeen(other.open, last), isSeen(own.open, last)]).toEqual([true, false]);
    expect((await guessTypes(own.open, all, 1_000)).size).toBe(0);
    expect(own.asked()).toBe(0);
  });

  it('are those of the largest group, if it is worth a request', () => {
    expect(mostAlike(shapes(3))).toEqual([]);
    expect(mostAlike([])).toEqual([]);
    const [many, fewer, few] = [shapes(40), shapes(30, ['a']), shapes(11, ['b'])];
    expect(mostAlike([...fewer, ...many])).toEqual(many);
    expect(mostAlike([...fewer, ...many, ...few])).toEqual([]);
  });
});

describe('a page of records', () => {
  const shown = async (groups: number, pages = 1): Promise<number> => {
    const { open, asked } = openWith(fine);
    const records = shapes(960).map(({ record }, index) => ({ ...record, bins: { n: 1, [`f${index % groups}`]: 1 } }));
    for (let page = 0; page < pages; page += 1) expect(await showRecords(open, records, 1_000)).toHaveLength(960);
    return asked();
  };

  it('takes one request for its types, or two where they are not known yet, however many shapes its records have', async () => {
    expect([await shown(1), await shown(2), await shown(60)]).toEqual([2, 2, 1]);
    // The second page of the same records: one request for those that are guessed, and one for the others.
    expect([await shown(1, 2), await shown(2, 2), await shown(60, 2)]).toEqual([3, 4, 2]);
  });
});
