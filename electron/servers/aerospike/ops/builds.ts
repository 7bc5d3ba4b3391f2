/** `8.1.2.0-5` as numbers; what is no number counts as 0. */
const parts = (build: string): number[] => build.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);

/** True when `build` is older than `other`, e.g. `isOlder('7.1.0.3', '7.2')`. */
export function isOlder(build: string, other: string): boolean {
  const [a, b] = [parts(build), parts(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What names the namespace in get-config and set-config: `id` until 7.2, which calls that deprecated. */
export const namespaceParameter = (builds: readonly string[]): 'id' | 'namespace' =>
  builds.some((build) => isOlder(build, '7.2')) ? 'id' : 'namespace';
