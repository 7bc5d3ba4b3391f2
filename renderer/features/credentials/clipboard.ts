/**
 * Puts a text into the clipboard and takes it out after a while. A page without the focus may not write there: then it is
 * taken out as soon as the focus is back.
 */
export async function copyForAWhile(text: string, forMs: number): Promise<void> {
  await navigator.clipboard.writeText(text);
  setTimeout(() => {
    navigator.clipboard.writeText('').catch(() => {
      window.addEventListener('focus', () => void navigator.clipboard.writeText('').catch(() => undefined), {
        once: true,
      });
    });
  }, forMs);
}
