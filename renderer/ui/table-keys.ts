export interface TableState {
  /** The row that the keyboard is on. */
  active: string | null;
  /** Where a range began. */
  anchor: string | null;
  selected: ReadonlySet<string>;
}

export interface TableKey {
  key: string;
  shift: boolean;
  mod: boolean;
}

/** What a key does to a list of rows; null: nothing, the key is somebody else's. Enter is not among them. */
export function pressTableKey(
  state: TableState,
  { key, shift, mod }: TableKey,
  ids: readonly string[],
  pageRows: number,
): TableState | null {
  const at = state.active === null ? -1 : ids.indexOf(state.active);
  const moveTo = (index: number): TableState => {
    const active = ids[Math.max(0, Math.min(ids.length - 1, index))] ?? null;
    if (!shift) return { ...state, active, anchor: active };
    const anchor = state.anchor ?? state.active ?? active;
    return { active, anchor, selected: rangeOf(ids, anchor, active) };
  };
  switch (key) {
    case 'ArrowDown':
      return moveTo(at + 1);
    case 'ArrowUp':
      return moveTo(at < 0 ? 0 : at - 1);
    case 'PageDown':
      return moveTo(at + pageRows);
    case 'PageUp':
      return moveTo(at - pageRows);
    case 'Home':
      return moveTo(0);
    case 'End':
      return moveTo(ids.length - 1);
    case ' ':
      return state.active === null
        ? null
        : { ...state, anchor: state.active, selected: toggled(state.selected, state.active) };
    case 'a':
      return mod ? { ...state, selected: new Set(ids) } : null;
    case 'Escape':
      return state.selected.size > 0 ? { ...state, selected: new Set() } : null;
    default:
      return null;
  }
}

export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

export function rangeOf(ids: readonly string[], from: string | null, to: string | null): ReadonlySet<string> {
  const ends = [from, to].map((id) => (id === null ? -1 : ids.indexOf(id)));
  const [first = -1, last = -1] = ends.sort((one, other) => one - other);
  return new Set(first < 0 ? [] : ids.slice(first, last + 1));
}
