import type { JsonValue } from '../../../core/workers/protocol.ts';

/**
 * A bin's value as JSON, the same in arguments and answers, so that what was read can be written back unchanged.
 * (Maps come back ordered by key, as the client writes them all; their order shows in no answer.)
 * Plain: null, booleans, texts, lists, maps with text keys, numbers (a whole number is an integer, any other a double).
 * What JSON cannot say exactly is an object with one member whose name begins with `$`:
 *   {"$int": "9223372036854775807"}     an integer beyond ±2^53
 *   {"$double": 3} or {"$double":"NaN"} a double that JSON would show as an integer, or not at all
 *   {"$bytes": "…base64…"}              bytes
 *   {"$text": "a\\u{d}b"}               a text with characters that nobody sees, spelt out; its own backslashes doubled
 *   {"$geojson": {…}}                   GeoJSON
 *   {"$map": [[key, value], …]}         a map with keys that are no texts, or that begin with `$`
 *   {"$ordered": [item, …]}             a list that the server keeps in order; written back as a whole bin only
 *   {"$hll": {"count": 1234, …}}        a HyperLogLog, described; in answers only
 *   {"$rawText": "…base64…"}            a text inside a list or map that is no UTF-8; in answers only
 *   {"$omitted": 123456}                a value too large or too deep to show, by its size in bytes; in answers only
 * A record with more bins than can be shown ends with one more, called "… and 1,234 more bins", that is `$omitted`. No bin
 * can have so long a name, so it is neither taken for one nor written back.
 */
export type TypedJson = JsonValue;

/** A record's bins by name. */
export type Bins = Record<string, TypedJson>;

/** Which record: by its key (text, integer, `{"$int"}` or `{"$bytes"}`), or by its 20-byte digest as `{"$digest": base64}`. */
export interface RecordKey {
  namespace: string;
  /** Null: no set. */
  set: string | null;
  key: TypedJson;
}
