/** Keeps a value under its key, as the latest of at most `most`; the one that was kept longest ago makes room. */
export function keepLately<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
