/**
 * A clipboard that forgets a secret after a while, unless something else was copied from this page since. What another
 * program put there meanwhile cannot be seen, and is emptied too.
 */
export function createClipboard() {
  /** Counts what was copied here, by us or by the person. */
  let copies = 0;
  const noteCopy = (): void => {
    copies += 1;
  };
  for (const kind of ['copy', 'cut']) document.addEventListener(kind, noteCopy, { capture: true });

  const empty = (): Promise<void> => navigator.clipboard.writeText('');

  return {
    async copy(text: string): Promise<void> {
      await navigator.clipboard.writeText(text);
      noteCopy();
    },

    async copyForAWhile(text: string, forMs: number): Promise<void> {
      await navigator.clipboard.writeText(text);
      noteCopy();
      const own = copies;
      let isOver = false;
      const finish = (): void => {
        if (isOver) return;
        if (copies !== own) end();
        // A page without the focus may not write there: then as soon as the focus is back.
        else empty().then(end, () => window.addEventListener('focus', finish, { once: true }));
      };
      const end = (): void => {
        isOver = true;
        clearTimeout(timer);
        window.removeEventListener('focus', finish);
        window.removeEventListener('pagehide', finish);
      };
      const timer = setTimeout(finish, forMs);
      window.addEventListener('pagehide', finish);
    },
  };
}

/** There is one clipboard. */
export const clipboard = createClipboard();
