import type { Message } from './message.ts';
import type { Place } from './session.ts';
import type { Namespace, StoredRecord } from './store.ts';

/** A request for one record, on its own or out of a batch. */
export interface RecordRequest extends Place {
  message: Message;
  namespace: Namespace;
  set: string;
  digest: Buffer;
  isBatch: boolean;
  nowMs: number;
  /** The record before the request. */
  found: StoredRecord | undefined;
}
