import type { Bins, TypedJson } from './typed-json.ts';

/** One record in one line: its bins as JSON, then what a writer needs to know. */
export const recordText = (record: { bins: Bins; generation: number; ttlSeconds: number | null }): string =>
  `${JSON.stringify(record.bins)} generation ${record.generation}${expiry(record.ttlSeconds)}`;

/** The same with its key first, as listings show it. */
export const keyedText = (record: { key: TypedJson; bins: Bins }): string =>
  `${JSON.stringify(record.key)} ${JSON.stringify(record.bins)}`;

const expiry = (ttlSeconds: number | null): string =>
  ttlSeconds === null ? ', never expires' : `, expires in ${ttlSeconds} s`;
