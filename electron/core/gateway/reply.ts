import type { CredentialRecord } from '../credentials/record.ts';
import { isFailureCode, type FailureReport } from '../failure.ts';
import type { Effect, JsonObject, ToolOutcome } from '../workers/protocol.ts';

/** Goes into `_meta` of every result, and its first line into the text. */
export interface Receipt {
  credential: string;
  account: string | null;
  network: string | null;
  effect: string;
  durationMs: number;
  activityId: number | null;
}

export type Reply =
  | { ok: true; text: string; structured: JsonObject; receipt: Receipt | null }
  | { ok: false; error: FailureReport; receipt: Receipt | null };

/** A worker's outcome as the client sees it: its first line says for whom it is, where, and whether it is real. */
export function replyOf(
  { name, emulator }: CredentialRecord,
  outcome: ToolOutcome,
  done: { effect: Effect; durationMs: number; activityId: number },
): Reply {
  const network = outcome.ok ? (outcome.network ?? null) : null;
  const account = outcome.account ?? null;
  const receipt: Receipt = { credential: name, account, network, ...done };
  if (!outcome.ok) {
    const { code, message, hint } = outcome.error;
    return { ok: false, error: { code: isFailureCode(code) ? code : 'worker-failed', message, hint }, receipt };
  }
  const head = [name, account && `account ${account}`, network?.toUpperCase(), emulator && 'emulator'];
  return {
    ok: true,
    text: `${head.filter(Boolean).join(' · ')}\n${outcome.text}`,
    structured: outcome.structured,
    receipt,
  };
}
