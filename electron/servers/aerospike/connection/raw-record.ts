import type { DriverKey } from './load-client.ts';
import type { Open } from './session.ts';

/** A record as the client reads it with `deserialize: false`: lists and maps are still packed. */
export interface RawRecord {
  /** The client's own key object, for asking again. */
  key: DriverKey;
  bins: Readonly<Record<string, unknown>>;
  gen: number;
  ttl: number;
}

/**
 * By its digest where it has one: a scan's key may be another record's, since the client rounds integers beyond ±2^53 and
 * changes texts that are no UTF-8; and it would compute the digest anew, into this very object.
 */
export const keyToAskAgain = ({ driver }: Open, key: DriverKey): DriverKey =>
  key.digest
    ? // Its class and what the methods take differ by `undefined` alone.
      (new driver.Key(key.ns, key.set, null, key.digest) as DriverKey)
    : key;
