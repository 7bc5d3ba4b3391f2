import type { Entry } from '../contract/views.ts';

export interface ProbeResult {
  ok: boolean;
  message: string;
  protocolVersion: string | null;
  tools: number;
}

/** Launches a registered entry as its client would, and reports what it answered. Never rejects. */
export type EntryProbe = (entry: Entry) => Promise<ProbeResult>;
