const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** "in 12 days", "3 minutes ago": how people read a date; `--json` has the exact one. */
export function relative(iso: string, nowMs = Date.now()): string {
  const differenceMs = Date.parse(iso) - nowMs;
  const [unit, size] = units.find(([, unitMs]) => Math.abs(differenceMs) >= unitMs) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(differenceMs / size), unit);
}
