import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeConfig,
  serversIn,
  withoutServers,
  withServers,
} from '../../../electron/core/clients/config-document.ts';
import { configurations } from '../../support/configurations.ts';

const entry = {
  command: '/data/runtime/node',
  args: ['--disable-sigusr1', '/data/bridge.cjs', 'akamai'],
  env: { A: 'b' },
};
const ours = new Map([['chatelaine-akamai', entry]]);
const keys = [...ours.keys()];
const add = (text: string): string => withServers(text, 'mcpServers', ours);
const remove = (text: string, dropMember = false): string => withoutServers(text, 'mcpServers', keys, { dropMember });
const parsed = (text: string) => JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;

describe('a configuration', () => {
  it('is written as a person would write it', () => {
    const before = `{
  "mcpServers": {
    "files": {
      "command": "npx"
    }
  },
  "preferences": {"quick": true}
}
`;
    expect(add(before)).toBe(`{
  "mcpServers": {
    "files": {
      "command": "npx"
    },
    "chatelaine-akamai": {
      "command": "/data/runtime/node",
      "args": [
        "--disable-sigusr1",
        "/data/bridge.cjs",
        "akamai"
      ],
      "env": {
        "A": "b"
      }
    }
  },
  "preferences": {"quick": true}
}
`);
    expect(remove(add(before))).toBe(before);
  });

  it.each([
    ['of one line', '{"a":1,"mcpServers":{"x":{}}}', '{"a":1,"mcpServers":{"x":{},"chatelaine-akamai":{"command"'],
    [
      'of one line with spaces',
      '{"mcpServers": {"x": {}}}',
      '{"mcpServers": {"x": {}, "chatelaine-akamai": {"command"',
    ],
    ['with tabs', '{\n\t"mcpServers": {\n\t\t"x": {}\n\t}\n}', '"x": {},\n\t\t"chatelaine-akamai": {\n\t\t\t"command"'],
    [
      'of Windows',
      '{\r\n  "a": 1\r\n}\r\n',
      '"a": 1,\r\n  "mcpServers": {\r\n    "chatelaine-akamai": {\r\n      "command"',
    ],
    [
      'with a byte order mark',
      '\ufeff{\n    "a": 1\n}',
      '\ufeff{\n    "a": 1,\n    "mcpServers": {\n        "chatelaine',
    ],
    [
      'with an empty object',
      '{\n  "mcpServers": {}\n}',
      '"mcpServers": {\n    "chatelaine-akamai": {\n      "command"',
    ],
    ['that is an empty object', '{}', '{"mcpServers": {"chatelaine-akamai":{"command"'],
  ])('%s keeps its way of writing', (_, before, part) => {
    const after = add(before);
    expect(after).toContain(part);
    expect(after.includes('\r\n') ? after.replaceAll('\r\n', '') : after).not.toContain('\r');
    expect(remove(after, !before.includes('mcpServers'))).toBe(before);
  });

  it.each(['', ' \n\t', '\ufeff'])('without content becomes a whole one: %j', (before) => {
    expect(parsed(add(before))).toEqual({ mcpServers: { 'chatelaine-akamai': entry } });
    expect(remove(before)).toBe(before);
  });

  it('has an entry of ours replaced where it stands', () => {
    const old = add('{\n  "mcpServers": {\n    "chatelaine-akamai": {"command": "old"},\n    "x": 1\n  }\n}');
    expect(Object.keys(parsed(old).mcpServers as object)).toEqual(['chatelaine-akamai', 'x']);
    expect(serversIn(old, 'mcpServers').get('chatelaine-akamai')).toEqual(entry);
    expect(add(old)).toBe(old);
  });

  it.each([
    ['{\n  "a": 1,\n}', 3, 1, 'a comma too many'],
    ['{\n  // mine\n  "a": 1\n}', 2, 3, 'a comment'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a comma is missing'],
    ['{\n  "mcpServers": {\n    "x": {"command": "np', 3, 22, 'no closing quote'],
    ['{\n  "mcpServers": {', 2, 18, 'cut off'],
    ['[1, 2]', 1, 1, 'no object'],
    ['null', 1, 1, 'no object'],
    ['{"a": 01}', 1, 8, ''],
    ['{"a": 1} {}', 1, 10, 'something after the end'],
    ['{"mcpServers": []}', 1, 16, '"mcpServers" is not an object'],
    ['{"mcpServers": null}', 1, 16, '"mcpServers" is not an object'],
    ['{"mcpServers": {},\n"mcpServers": {}}', 2, 1, '"mcpServers" stands there a second time'],
    ['{"mcpServers": {"chatelaine-akamai": 1, "chatelaine-akamai": 2}}', 1, 41, 'a second time'],
    ['{"a": "tab\there"}', 1, 7, ''],
    ['{"a":'.repeat(100_000), 1, 1, ''],
  ])('that is not what its reader needs is refused with line and column: %#', (text, line, column, what) => {
    for (const change of [add, remove, (broken: string) => serversIn(broken, 'mcpServers')]) {
      expect(() => change(text)).toThrow(expect.objectContaining({ message: expect.stringContaining(what), line }));
    }
    if (what !== '' && line < 100) expect(() => add(text)).toThrow(expect.objectContaining({ column }));
  });

  it('in another encoding is refused', () => {
    expect(decodeConfig(Buffer.from('{"ä":1}'))).toBe('{"ä":1}');
    for (const bytes of [Buffer.from('{"ä":1}', 'latin1'), Buffer.from('\ufeff{}', 'utf16le')])
      expect(() => decodeConfig(bytes)).toThrow(/not text in UTF-8/);
    expect(() => decodeConfig(Buffer.alloc(17 * 1024 * 1024, 32))).toThrow(/larger than/);
  });

  it('keeps duplicates that are none of our business', () => {
    const text = '{"preferences": {"a": 1, "a": 2}, "mcpServers": {"x": 1, "x": 2}}';
    expect(remove(add(text))).toBe(text);
  });
});

describe('any configuration', () => {
  // Empty objects without white space: whoever takes the last entry out cannot know what was there.
  const any = configurations({ isEmptySpaced: false });

  it('has all it had and our entries, and without them is the same bytes again', () => {
    fc.assert(
      fc.property(any, ({ value, text }) => {
        const after = add(text);
        const { mcpServers, ...others } = parsed(after);
        const { mcpServers: known, ...before } = parsed(JSON.stringify(value));
        expect(others).toEqual(before);
        expect(mcpServers).toEqual({ ...(known as object | undefined), 'chatelaine-akamai': entry });
        expect(Object.keys(parsed(after)).slice(0, Object.keys(value).length)).toEqual(Object.keys(value));
        expect(remove(after, !('mcpServers' in value))).toBe(text);
        expect(add(after)).toBe(withServers(add(after), 'mcpServers', ours));
      }),
      { numRuns: 2000 },
    );
  });

  it('that is cut off or altered anywhere is refused or still right, and never takes long', () => {
    fc.assert(
      fc.property(any, fc.nat(), fc.string({ maxLength: 2 }), ({ text }, at, noise) => {
        const cut = at % (text.length + 1);
        for (const broken of [text.slice(0, cut), text.slice(0, cut) + noise + text.slice(cut)]) {
          let isJson = true;
          try {
            JSON.parse(broken.replace(/^\ufeff/, ''));
          } catch {
            isJson = broken.replace(/^\ufeff/, '').trim() === '';
          }
          let after: string | null = null;
          try {
            after = add(broken);
          } catch (error) {
            expect(String(error)).toMatch(/line \d+, column \d+: ./);
          }
          if (!isJson) expect(after).toBeNull();
          if (after !== null) expect(serversIn(after, 'mcpServers').get('chatelaine-akamai')).toEqual(entry);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
