import { maxTextBytes } from '../../kit/limits.ts';
import type { Bins } from './typed-json.ts';

/** Room for the record's key and what a page says of itself. */
const maxRecordBytes = maxTextBytes * 0.8;

/**
 * The bins of one record as they fit into an answer: the largest give way to `{"$omitted": bytes}`, so that one large
 * record neither fails a page nor stops a scan. What was omitted cannot be written back by mistake.
 */
export function fitBins(bins: Bins): Bins {
  // A character has at most three bytes.
  if (3 * JSON.stringify(bins).length <= maxRecordBytes) return bins;
  const sizes = Object.entries(bins).map(([name, value]): [string, number] => [
    name,
    Buffer.byteLength(JSON.stringify(value)),
  ]);
  let total = sizes.reduce((sum, [name, bytes]) => sum + name.length + bytes + 4, 0);
  if (total <= maxRecordBytes) return bins;
  const omitted = new Map<string, number>();
  for (const [name, bytes] of sizes.sort(([, left], [, right]) => right - left)) {
    if (total <= maxRecordBytes) break;
    omitted.set(name, bytes);
    total -= bytes - 20;
  }
  return Object.fromEntries(
    Object.entries(bins).map(([name, value]) => {
      const bytes = omitted.get(name);
      return [name, bytes === undefined ? value : { $omitted: bytes }];
    }),
  );
}
