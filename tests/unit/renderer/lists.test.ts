import { describe, expect, it } from 'vitest';
import { createShortcutReader } from '../../../renderer/app/shortcuts.ts';
import { countNew, mergeNewest } from '../../../renderer/features/activity/merge-lines.ts';
import { isLooser } from '../../../renderer/features/clients/strictness.ts';
import { fieldAt, putField, splitList } from '../../../renderer/features/credentials/draft.ts';
import { filterCredentials } from '../../../renderer/features/credentials/filter.ts';
import { diffRows } from '../../../renderer/ui/diff-rows.ts';
import { pressTableKey } from '../../../renderer/ui/table-keys.ts';
import { sortRows } from '../../../renderer/ui/table-sort.ts';

const lines = (...seqs: number[]) => seqs.map((seq) => ({ seq }));

describe('the live record', () => {
  it('puts what is new on top of what is known', () => {
    expect(mergeNewest(lines(3, 2, 1), lines(5, 4, 3))).toEqual(lines(5, 4, 3, 2, 1));
  });

  it('is the very same list when nothing came', () => {
    const known = lines(3, 2);
    expect(mergeNewest(known, lines(3, 2))).toBe(known);
  });

  it('begins anew when more came than one page holds, instead of hiding a gap', () => {
    expect(mergeNewest(lines(3, 2), lines(9, 8))).toEqual(lines(9, 8));
  });

  it('counts what came while somebody reads further down', () => {
    expect(countNew(lines(3, 2), lines(6, 5, 4, 3))).toBe(3);
  });
});

describe('finding credentials', () => {
  const acme = { name: 'acme-prod', provider: 'akamai', tags: ['big'], notes: '', fields: { host: 'akab-x.luna' } };
  const lab = { name: 'lab', provider: 'akamai', tags: [], notes: 'big one', fields: {} };

  it('wants every word, wherever it stands', () => {
    expect(filterCredentials([acme, lab], 'LUNA acme')).toEqual([acme]);
    expect(filterCredentials([acme, lab], 'big')).toEqual([acme, lab]);
    expect(filterCredentials([acme, lab], 'tag:big')).toEqual([acme]);
  });
});

describe('a table by keyboard', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const plain = { shift: false, mod: false };

  it('moves, selects, and extends from where the range began', () => {
    const at = pressTableKey({ active: 'b', anchor: 'b', selected: new Set() }, { key: ' ', ...plain }, ids, 3);
    const range = at && pressTableKey(at, { key: 'ArrowDown', shift: true, mod: false }, ids, 3);
    const shorter = range && pressTableKey(range, { key: 'ArrowUp', shift: true, mod: false }, ids, 3);
    expect([...(range?.selected ?? [])]).toEqual(['b', 'c']);
    expect([...(shorter?.selected ?? [])]).toEqual(['b']);
  });

  it('stays inside the list, and leaves Escape alone where nothing is selected', () => {
    const state = { active: 'd', anchor: 'd', selected: new Set<string>() };
    expect(pressTableKey(state, { key: 'PageDown', ...plain }, ids, 3)?.active).toBe('d');
    expect(pressTableKey(state, { key: 'Escape', ...plain }, ids, 3)).toBeNull();
  });

  it('sorts rows without a value to the end, whichever way', () => {
    const rows = [{ at: null }, { at: 1 }, { at: 2 }];
    expect(sortRows(rows, ({ at }) => at, false).map(({ at }) => at)).toEqual([1, 2, null]);
    expect(sortRows(rows, ({ at }) => at, true).map(({ at }) => at)).toEqual([2, 1, null]);
  });
});

describe('shortcuts', () => {
  const press = (key: string, mod = false, shift = false) => ({ key, mod, shift, alt: false });
  const reader = () => createShortcutReader(() => ['g h', 'Mod+K', 'Mod+Shift+L', '/']);

  it('knows chords and sequences', () => {
    const read = reader();
    expect(read(press('k', true), 0)).toBe('Mod+K');
    expect(read(press('L', true, true), 0)).toBe('Mod+Shift+L');
    expect(read(press('g'), 0)).toBeNull();
    expect(read(press('h'), 200)).toBe('g h');
  });

  it('forgets the first key of a sequence after a while', () => {
    const read = reader();
    read(press('g'), 0);
    expect(read(press('h'), 5_000)).toBeNull();
  });
});

describe('forms, grants and differences', () => {
  it('nests a dotted field, and reads it again', () => {
    const draft = {};
    putField(draft, 'tls.key', 'k');
    putField(draft, 'tls.name', 'n');
    expect(draft).toEqual({ tls: { key: 'k', name: 'n' } });
    expect(fieldAt(draft, 'tls.name')).toBe('n');
    expect(splitList('a, b\n c,,')).toEqual(['a', 'b', 'c']);
  });

  it('knows which change of a grant lets more through', () => {
    const effects = { read: 'allow', write: 'ask', destroy: 'ask' } as const;
    expect(isLooser({ effects, toolsets: 'all' }, { effects, toolsets: ['dns'] })).toBe(false);
    expect(isLooser({ effects, toolsets: ['dns'] }, { effects, toolsets: 'all' })).toBe(true);
    expect(isLooser({ effects, toolsets: 'all' }, { effects: { ...effects, write: 'allow' }, toolsets: 'all' })).toBe(
      true,
    );
    expect(isLooser({ effects, toolsets: 'all' }, { effects: { ...effects, write: 'deny' }, toolsets: 'all' })).toBe(
      false,
    );
  });

  it('shows every line of a change with its numbers', () => {
    expect(diffRows('a\nb\n', 'a\nc\n')).toEqual([
      { kind: 'same', before: 1, after: 1, text: 'a' },
      { kind: 'removed', before: 2, after: null, text: 'b' },
      { kind: 'added', before: null, after: 2, text: 'c' },
    ]);
  });
});
