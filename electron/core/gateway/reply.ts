import type { CredentialRecord } from '../credentials/record.ts';
import { isFailureCode, type FailureCode } from '../failure.ts';
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
  | { ok: false; text: string; code: FailureCode; receipt: Receipt | null };

/** A worker's outcome as the client sees it: its first line says for whom it is, where, and whether it is real. */
export function replyOf(
  { name, emulator }: CredentialRecord,
  outcome: ToolOutcome,
  done: { effect: Effect; durationMs: number; activityId: number | null },
): Reply {
  const network = outcome.ok ? (outcome.network ?? null) : null;
  const account = outcome.account ?? null;
  const receipt: Receipt = { credential: name, account, network, ...done };
  const facts = [name, account && `account ${account}`, network?.toUpperCase(), emulator && 'emulator'];
  const head = facts.filter(Boolean).join(' · ');
  if (outcome.ok) return { ok: true, text: `${head}\n${outcome.text}`, structured: outcome.structured, receipt };
  const { code } = outcome.error;
  const known = isFailureCode(code) ? code : 'worker-failed';
  return { ok: false, text: `${head}\n${textOf(outcome.error)}`, code: known, receipt };
}

/** A failure in words for a model: what happened, and what to do next. */
export const textOf = ({ message, hint }: { message: string; hint: string }): string => `${message} ${hint}`;
