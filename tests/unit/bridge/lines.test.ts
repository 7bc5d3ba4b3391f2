import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines, type RequestId } from '../../../electron/bridge/lines.ts';

function setUp(bytes: number) {
  const lines: string[] = [];
  const tooLong: (RequestId | null)[] = [];
  const read = splitLines((line) => lines.push(line), { bytes, onTooLong: (id) => tooLong.push(id) });
  return { read, lines, tooLong };
}

describe('a stream of lines', () => {
  it('is the same however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (texts, cuts) => {
          const { read, lines } = setUp(1 << 20);
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const length = cuts[turn % cuts.length] ?? 1;
            read(bytes.subarray(at, at + length));
            at += length;
          }
          expect(lines).toEqual(texts.filter((text) => text.trim() !== ''));
        },
      ),
    );
  });

  it('counts bytes, passes on the longest line and drops the next longer one', () => {
    const { read, lines, tooLong } = setUp(6);
    read(Buffer.from('äöü\näöüx\nok\n'));
    expect(lines).toEqual(['äöü', 'ok']);
    expect(tooLong).toEqual([null]);
  });

  it('names the message that was too long, and never one inside it', () => {
    const { read, tooLong } = setUp(2_000);
    const filler = 'x'.repeat(3_000);
    for (const line of [
      `{"id":1,"method":"${filler}"}`,
      `{"jsonrpc":"2.0","id":"a\\"b","method":"${filler}"}`,
      `{"method":"${filler}","id":3}`,
      `{"method":"${filler}","id":"four","jsonrpc":"2.0"}`,
      `{"params":{"id":5,"x":"${filler}"}}`,
      `{"params":{"x":"${filler}","id":6}}`,
      filler,
    ])
      for (let at = 0; at <= line.length; at += 700)
        read(Buffer.from(line.slice(at, at + 700) + (at + 700 > line.length ? '\n' : '')));
    expect(tooLong).toEqual([1, 'a"b', 3, 'four', null, null, null]);
  });

  it('keeps next to nothing of a line that never ends', () => {
    const { read, lines, tooLong } = setUp(1 << 20);
    const chunk = Buffer.alloc(1 << 16, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 4_096; count++) read(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
    read(Buffer.from('\nok\n'));
    expect([lines, tooLong]).toEqual([['ok'], [null]]);
  });
});
