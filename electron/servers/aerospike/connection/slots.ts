/**
 * Every record has a partition (of 4,096) and in it a slot: both follow from its digest and never change. Ordered by
 * them a whole namespace is one line, on which a page is a stretch and a cursor a point; and the server can be asked for
 * a stretch of slots alone (an expression over the digest), so that no partition is too large to be paged through.
 */
export const partitionCount = 4_096;
export const slotCount = 2 ** 30;

export interface Place {
  partition: number;
  slot: number;
}

export const placeOf = (digest: Buffer): Place => ({
  partition: digest.readUInt16LE(0) % partitionCount,
  // The four bytes that the server's digest_modulo takes.
  slot: digest.readUInt32LE(16) % slotCount,
});

export const comparePlaces = (left: Place, right: Place): number =>
  left.partition - right.partition || left.slot - right.slot;
