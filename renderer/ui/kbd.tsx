const isMac = navigator.userAgent.includes('Mac');
const marks: Record<string, string> = isMac
  ? { Mod: '⌘', Shift: '⇧', Escape: '⎋', Enter: '↵' }
  : { Mod: 'Ctrl', Shift: 'Shift', Escape: 'Esc', Enter: '↵' };

/** `Mod+K`, `g h`: the keys as this system draws them. */
export const drawKeys = (keys: string): string =>
  keys
    .split(' ')
    .map((chord) =>
      chord
        .split('+')
        .map((key) => marks[key] ?? (key.length === 1 && chord.includes('+') ? key.toUpperCase() : key))
        .join(isMac ? '' : '+'),
    )
    .join(' ');

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd aria-hidden className="ml-1 rounded-sm border border-current/30 px-1 font-sans text-12 leading-4">
      {drawKeys(keys)}
    </kbd>
  );
}
