import { joined } from './config.ts';

/** True where `build` comes before `other`. */
export function isBefore(build: string, other: string): boolean {
  const [mine, theirs] = [build, other].map((text) => text.split(/[.-]/).map(Number));
  for (const [at, part] of (theirs ?? []).entries()) if (mine?.[at] !== part) return (mine?.[at] ?? 0) < part;
  return false;
}

const majorOf = (build: string): number => Number(build.split('.')[0]);

/** Before version 7 memory and device were told apart, under other names, and the newer names were not there. */
export function olderNamespace(build: string, statistics: ReadonlyMap<string, string>): Map<string, string> {
  if (majorOf(build) >= 7) return new Map(statistics);
  const value = (name: string): number => Number(statistics.get(name) ?? 0);
  const told = new Map(
    [...statistics].filter(([name]) => !/^data_|^mrt_|_mrt_|^(set_)?index_used|^sindex_used/.test(name)),
  );
  const index = value('index_used_bytes');
  const sindex = value('sindex_used_bytes');
  const total = value('data_total_bytes');
  const used = value('data_used_bytes');
  const older: Readonly<Record<string, number>> = {
    memory_used_bytes: used + index + sindex,
    memory_used_data_bytes: used,
    memory_used_index_bytes: index,
    memory_used_set_index_bytes: 0,
    memory_used_sindex_bytes: sindex,
    memory_free_pct: 100 - value('data_used_pct'),
    device_total_bytes: total,
    device_used_bytes: used,
    device_free_pct: 100 - value('data_used_pct'),
    device_available_pct: value('data_avail_pct'),
    pmem_total_bytes: 0,
    pmem_used_bytes: 0,
    pmem_free_pct: 0,
    pmem_available_pct: 0,
  };
  for (const [name, number] of Object.entries(older)) told.set(name, String(number));
  return told;
}

/** The pairs of a set, between colons. */
export function olderSet(build: string, pairs: ReadonlyMap<string, string>): string {
  const told = new Map<string, string>();
  for (const [name, value] of pairs)
    if (majorOf(build) < 7 && name === 'data_used_bytes')
      told.set('memory_data_bytes', value).set('device_data_bytes', value);
    else told.set(name, value);
  return joined(told).replaceAll(';', ':');
}
