import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorFor, positionOf } from '../../../electron/servers/kit/cursor.ts';
import { outlineOf, partAt } from '../../../electron/servers/kit/json-part.ts';
import { createLimiter, isDeeperThan } from '../../../electron/servers/kit/limits.ts';
import { slicePage } from '../../../electron/servers/kit/page.ts';
import { table } from '../../../electron/servers/kit/table.ts';
import { safeLine, safeText, safeValue } from '../../../electron/servers/kit/text-safety.ts';

describe('text from upstream', () => {
  it('keeps what a person can read', () => {
    for (const text of ['Grüße, 東京 🙂', 'a\tb\nc', '👍🏽', '{"a":1}', 'é']) expect(safeText(text)).toBe(text);
  });

  it('has no invisible or reordering character left, whatever came in, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const safe = safeText(text);
        expect(safe).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(safeText(safe)).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });

  it('is cut to a line, and made safe in keys too', () => {
    expect(safeLine(' a\n\n b\u202e ', 40)).toBe('a b\\u{202e}');
    expect(safeLine('x'.repeat(50), 10)).toHaveLength(10);
    expect(safeValue({ 'a\u200b': ['\u0007'] })).toEqual({ 'a\\u{200b}': ['\\u{7}'] });
    expect(safeText('\u{e0041}'.repeat(100)).length).toBeLessThan(100);
  });
});

describe('a cursor', () => {
  it('leads back to its position in its own listing only', () => {
    const cursor = cursorFor(['a', 1], 42);
    expect(positionOf(cursor, ['a', 1], 0)).toBe(42);
    expect(positionOf(undefined, ['a', 1], 7)).toBe(7);
    for (const foreign of [cursorFor(['a', 2], 42), 'nonsense', '', 'W10', `${cursor}x`.slice(3)]) {
      expect(() => positionOf(foreign, ['a', 1], 0)).toThrow('does not belong');
    }
  });

  it('pages rows of any size completely, each page within an answer', () => {
    // Soft hyphens are spelt out when they leave, and are three times as long then.
    const rows = Array.from({ length: 120 }, (_, id) => ({ id, text: (id % 2 ? 'y' : '\u00ad').repeat(id * 20) }));
    const seen: number[] = [];
    for (let position = 0, next: string | undefined = ''; next !== undefined; position = seen.length) {
      const page = slicePage(rows, { position, limit: undefined, scope: 's' });
      expect(JSON.stringify(safeValue(page.rows)).length).toBeLessThan(40 * 1024);
      seen.push(...page.rows.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(rows.map(({ id }) => id));
  });
});

describe('a limiter', () => {
  it('keeps to its places, in the order of asking, and lets a waiting task go', async () => {
    const limiter = createLimiter(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const task = (id: number) => async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      order.push(id);
    };
    const quit = new AbortController();
    const never = new AbortController().signal;
    const all = [0, 1, 2, 3, 4].map((id) => limiter.run(id === 3 ? quit.signal : never, task(id)));
    quit.abort();
    const results = await Promise.allSettled(all);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect([most, order]).toEqual([2, [0, 1, 2, 4]]);
    await limiter.run(never, task(9));
    await expect(limiter.run(quit.signal, task(10))).rejects.toThrow();
  });
});

it('a part of a JSON value is found by pointer, own members only', () => {
  const value = { 'a/b': [{ '~': 1 }], c: 'text' };
  expect(partAt(value, '/a~1b/0/~0')).toBe(1);
  expect(partAt(value, '')).toBe(value);
  for (const pointer of ['/constructor', '/__proto__', '/a~1b/1', '/c/length'])
    expect(() => partAt(value, pointer)).toThrow('no "');
  expect(outlineOf(value, '').map(({ pointer }) => pointer)).toEqual(['/a~1b', '/c']);
});

it('depth is measured without recursion', () => {
  const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown;
  expect(isDeeperThan(deep, 100)).toBe(true);
  expect(isDeeperThan({ a: [1, { b: 2 }] }, 3)).toBe(false);
});

it('a table names its columns once, leaves out empty ones and quotes what would break a row', () => {
  const text = table(
    'Rows',
    [
      { a: 1, b: null, c: 'x|y' },
      { a: 2, b: null, c: 'l\nm' },
    ],
    ['a', 'b', 'c'],
    { total: 9, next: 'N' },
  );
  expect(text).toBe('Rows (2 of 9)\na | c\n1 | "x|y"\n2 | "l\\nm"\nMore: call again with cursor "N".');
});
