import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { Question } from '../consent/approvals.ts';
import type { Registration } from '../consent/policy.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import { Failure } from '../failure.ts';
import { providerOf } from '../providers/index.ts';
import type { Effect, JsonObject, Plan } from '../workers/protocol.ts';
import type { CallOptions } from '../workers/worker.ts';
import type { CatalogueTool, ServerCatalogue } from './catalogue.ts';
import type { Selector } from './tool-list.ts';

/** Who calls: one client's session with one server. */
export interface Session {
  id: string;
  registration: Registration;
  provider: string;
  selector: Selector;
  offers: ServerCatalogue;
}

/** A call's options, and how long a person may think before the client has given up on it. */
export interface CallRequest extends CallOptions {
  approvalLimitMs?: number;
  /** The gateway itself asks, as for a completion: tools that are not listed may answer. */
  isOwn?: boolean;
}

/** One call on its way; what is known of it grows as it goes. */
export interface Call {
  session: Session;
  tool: CatalogueTool;
  credential: CredentialRecord;
  args: JsonObject;
  /** SHA-256 of the arguments, for the record. */
  argumentDigest: string;
  request: CallRequest;
  startedMs: number;
  plan: Plan | null;
  approvalId: string | null;
  /** What the person typed along with a yes. */
  typed: Uint8Array | null;
}

export const newCall = (
  given: Pick<Call, 'session' | 'tool' | 'credential' | 'args' | 'request' | 'startedMs'>,
): Call => ({
  ...given,
  argumentDigest: createHash('sha256').update(canonicalJson(given.args)).digest('hex'),
  plan: null,
  approvalId: null,
  typed: null,
});

/** What the credential itself may not do, no grant allows. Throws `refused`. */
export function assertBelowCeiling({
  session,
  tool,
  credential,
  args,
}: Pick<Call, 'session' | 'tool' | 'credential' | 'args'>): void {
  const refusal = providerOf(session.provider).refusalOf(credential.fields, tool, args);
  if (refusal) throw new Failure('refused', `${credential.name}: ${refusal.message}`, refusal.hint);
}

export const effectOf = ({ plan }: Pick<Call, 'plan'>): Effect => plan?.effect ?? 'read';

/** What a person is asked, and what a yes is bound to. */
export const questionOf = ({ session, tool, credential, args, plan }: Call): Question => ({
  registrationId: session.registration.id,
  client: session.registration.name,
  sessionId: session.id,
  provider: session.provider,
  credentialId: credential.id,
  credential: credential.name,
  credentialVersion: credential.updatedAt,
  tool: tool.name,
  args,
  plan: plan ?? { effect: 'read', sentence: tool.title, preview: {} },
});

/** What the record says of it. */
export const factsOf = ({ session, tool, credential, argumentDigest, plan, approvalId }: Call) => ({
  client: session.registration.name,
  registrationId: session.registration.id,
  provider: session.provider,
  credential: credential.name,
  credentialId: credential.id,
  tool: tool.name,
  effect: effectOf({ plan }),
  argumentDigest,
  approvalId,
});
