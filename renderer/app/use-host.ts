import { useAsk } from '../ask.ts';
import type { Output } from '../api.ts';

export type Host = Output<'host.status'>;

/** The host's state; null until it has answered for the first time. */
export const useHost = (): Host | null => useAsk('host.status', {}).data ?? null;
