export interface Press {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

/** One press as it stands in a shortcut: `Mod+K`, `Mod+Shift+L`, `g`. */
export const chordOf = ({ key, mod, shift, alt }: Press): string => {
  const name = key.length === 1 ? (mod ? key.toUpperCase() : key.toLowerCase()) : key;
  return [mod && 'Mod', alt && 'Alt', shift && (mod || key.length > 1) && 'Shift', name].filter(Boolean).join('+');
};

const sequenceMs = 1_200;

/** Recognises chords and two-key sequences. Answers the shortcut that this press completes, or null. */
export function createShortcutReader(known: () => readonly string[]) {
  let first: { chord: string; atMs: number } | null = null;
  return (press: Press, nowMs: number): string | null => {
    const chord = chordOf(press);
    const sequence = first && nowMs - first.atMs < sequenceMs ? `${first.chord} ${chord}` : null;
    first = null;
    if (sequence !== null && known().includes(sequence)) return sequence;
    if (known().includes(chord)) return chord;
    if (known().some((keys) => keys.startsWith(`${chord} `))) first = { chord, atMs: nowMs };
    return null;
  };
}
