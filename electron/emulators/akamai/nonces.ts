/** Which nonces were accepted lately; those older than the timestamp's tolerance cannot come back anyway. */
export function createNonces(maxKept = 100_000): {
  isReplay(clientToken: string, nonce: string): boolean;
  keep(clientToken: string, nonce: string): void;
} {
  const seen = new Set<string>();
  const key = (clientToken: string, nonce: string): string => `${clientToken} ${nonce}`;
  return {
    isReplay: (clientToken, nonce) => seen.has(key(clientToken, nonce)),
    keep(clientToken, nonce) {
      seen.add(key(clientToken, nonce));
      const [oldest] = seen;
      if (seen.size > maxKept && oldest !== undefined) seen.delete(oldest);
    },
  };
}
