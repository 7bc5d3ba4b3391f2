import { maxTextBytes } from '../../kit/limits.ts';
import { sizeOnLeaving } from '../../kit/text-safety.ts';
import type { Bins, TypedJson } from './typed-json.ts';

/** Room for the record's key and what a page says of itself. */
const maxRecordBytes = maxTextBytes * 0.8;
/** What an omitted value takes, and a member its quotes, colon and comma. */
const omittedBytes = 24;
const memberBytes = 2;
const markerBytes = 80;
/** Smaller values give no room worth having. */
const worthOmitting = 100;
/** Where bins are left out, values up to this length are more telling than more names. */
const worthShowing = 1_000;

interface Sized {
  name: string;
  value: TypedJson;
  bytes: number;
  nameBytes: number;
}

/**
 * The bins of one record as they fit into an answer, so that one large record neither fails a page nor stops a scan. The
 * largest values give way to `{"$omitted": bytes}`; where there are too many bins even so, the first that fit are
 * followed by one marker for all others. What was omitted cannot be written back by mistake.
 */
export function fitBins(bins: Bins): Bins {
  // A character has at most three bytes, and nine where it is made visible.
  if (9 * JSON.stringify(bins).length <= maxRecordBytes) return bins;
  const sized = Object.entries(bins).map(([name, value]): Sized => {
    return { name, value, bytes: sizeOnLeaving(value), nameBytes: sizeOnLeaving(name) + memberBytes };
  });
  let total = sized.reduce((sum, { bytes, nameBytes }) => sum + bytes + nameBytes, 0);
  if (total <= maxRecordBytes) return bins;
  const omitted = new Set<string>();
  for (const { name, bytes } of [...sized].sort((left, right) => right.bytes - left.bytes)) {
    if (total <= maxRecordBytes || bytes < worthOmitting) break;
    omitted.add(name);
    total -= bytes - omittedBytes;
  }
  if (total > maxRecordBytes) return firstBins(sized);
  return Object.fromEntries(sized.map((bin) => [bin.name, omitted.has(bin.name) ? omit(bin) : bin.value]));
}

function firstBins(sized: readonly Sized[]): Bins {
  const shown: [string, TypedJson][] = [];
  let room = maxRecordBytes - markerBytes;
  for (const bin of sized) {
    const isLarge = bin.bytes > worthShowing;
    room -= bin.nameBytes + (isLarge ? omittedBytes : bin.bytes);
    if (room < 0) break;
    shown.push([bin.name, isLarge ? omit(bin) : bin.value]);
  }
  const rest = sized.slice(shown.length);
  const bytes = rest.reduce((sum, bin) => sum + bin.bytes + bin.nameBytes, 0);
  return Object.fromEntries([...shown, [markerFor(rest.length), { $omitted: bytes }]]);
}

/** A name of more than 15 bytes, which no bin has and no write takes. */
const markerFor = (count: number): string => `… and ${count.toLocaleString('en')} more ${count === 1 ? 'bin' : 'bins'}`;

const omit = ({ bytes }: Sized): TypedJson => ({ $omitted: bytes });
