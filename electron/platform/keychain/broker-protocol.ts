/** What the host and the keychain broker say to each other. One request at a time; values are UTF-8 bytes, wiped after use. */
export interface BrokerRequest {
  id: number;
  operation: 'get' | 'set' | 'delete';
  service: string;
  account: string;
  value?: Uint8Array;
}

export type BrokerReply =
  /** `value` is null when a get found nothing; for a delete it is there when something was deleted. */
  { id: number; ok: true; value: Uint8Array | null } | { id: number; ok: false; message: string };
