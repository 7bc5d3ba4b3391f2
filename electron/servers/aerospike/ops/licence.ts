import { isOlder } from '../info/builds.ts';
import { larger, sum, type NamespaceFigures } from './statistics.ts';

/**
 * What a licence counts of a namespace, in bytes: each record once, uncompressed, and without the server's own bytes per
 * record, which releases before 8.0 include in what they call used (39; 35 before 6.0). Null where no node tells.
 */
export function licensedBytes(nodes: readonly { figures: NamespaceFigures; build: string }[]): bigint | null {
  const known = nodes.flatMap(({ figures, build }) => {
    const used = usedBytes(figures, build);
    if (used === null) return [];
    const once = used / BigInt(Math.max(1, Math.round(figures.effectiveReplicationFactor ?? 1)));
    return [once - figures.masterObjects * overheadOf(build)];
  });
  return known.length === 0 ? null : larger(0n, sum(known));
}

function usedBytes(
  { dataUsedBytes, compressionRatio, storage, primaryIndexBytes }: NamespaceFigures,
  build: string,
): bigint | null {
  if (dataUsedBytes === null) return null;
  // Before 7.0 a namespace in memory alone is licensed with its primary index.
  if (storage === 'memory' && isOlder(build, '7.0')) return dataUsedBytes + primaryIndexBytes;
  const perMille = BigInt(Math.round((compressionRatio ?? 1) * 1000));
  return perMille > 0n ? (dataUsedBytes * 1000n) / perMille : dataUsedBytes;
}

const overheadOf = (build: string): bigint => (isOlder(build, '6.0') ? 35n : isOlder(build, '8.0') ? 39n : 0n);
