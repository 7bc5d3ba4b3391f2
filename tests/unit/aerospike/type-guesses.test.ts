import { describe, expect, it } from 'vitest';
import type { Open } from '../../../electron/servers/aerospike/connection/session.ts';
import { guessTypes, learn, type Shape } from '../../../electron/servers/aerospike/connection/type-guesses.ts';

const integer = new Map([['n', { type: 1 }]]);
const shapes = (count: number): Shape[] =>
  Array.from({ length: count }, (_, key) => ({
    record: { key: { ns: 'test', set: 's', key }, bins: { n: key }, gen: 1, ttl: 0 },
    names: ['n'],
  }));

/** Only what a confirmation uses of the client, which cannot be loaded into the tests' own process. */
function openWith(answerOf: (key: number) => { status: number; gen: number }): { open: Open; asked: () => number } {
  let asked = 0;
  const expression = (...terms: unknown[]): unknown[] => terms;
  const driver = {
    BatchPolicy: function Policy() {
      return undefined;
    },
    exp: { and: expression, eq: expression, int: expression, binType: expression },
  };
  const client = {
    batchRead: (entries: { key: { key: number } }[]) => {
      asked += 1;
      return Promise.resolve(
        entries.map(({ key }) => {
          const { status, gen } = answerOf(key.key);
          return { status, record: { gen } };
        }),
      );
    },
  };
  return { open: { driver, client, replica: 0 } as unknown as Open, asked: () => asked };
}

const never = (): Promise<void> => Promise.reject(new Error('asked'));

describe('types that are guessed', () => {
  it('are taken only of records that pass, and have not changed since they were read', async () => {
    const { open } = openWith((key) => ({ status: key === 3 ? 27 : 0, gen: key === 5 ? 2 : 1 }));
    const [first, ...rest] = shapes(20);
    if (first) learn(open, first, integer);
    const found = await guessTypes(open, rest, 1_000, never);
    const missing = rest.filter(({ record }) => !found.has(record)).map(({ record }) => record.key.key);
    expect(missing).toEqual([3, 5]);
    expect([...found.values()].every((types) => types === integer)).toBe(true);
  });

  it('are asked of one record first where none like it was seen, and of no connection but its own', async () => {
    const other = openWith(() => ({ status: 0, gen: 1 }));
    for (const shape of shapes(1)) learn(other.open, shape, integer);
    const { open } = openWith(() => ({ status: 0, gen: 1 }));
    const asked: Shape[] = [];
    const all = shapes(40);
    const found = await guessTypes(open, all, 1_000, (shape) => {
      asked.push(shape);
      learn(open, shape, integer);
      return Promise.resolve();
    });
    expect(asked).toEqual(all.slice(0, 1));
    expect(found.size).toBe(40);
  });

  it('are not worth a request for a few records', async () => {
    const { open, asked } = openWith(() => ({ status: 0, gen: 1 }));
    expect((await guessTypes(open, shapes(3), 1_000, never)).size).toBe(0);
    expect(asked()).toBe(0);
  });
});
