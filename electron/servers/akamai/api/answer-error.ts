import { z } from 'zod';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError, type ToolErrorCode } from '../../kit/tool-error.ts';
import { parseJson } from './body.ts';
import type { Answer } from './transport.ts';

/** Our clock minus Akamai's may reach about 30 s; beyond this the clock is named before the credential is blamed. */
export const maxSkewSeconds = 20;

const text = z.string().catch('');
const amount = z.number().nullable().catch(null);
/** The members that may be passed on; `instance`, `clientIp`, `serverIp`, links and all others are dropped here. */
const Problem = z.object({
  type: text,
  title: text,
  detail: text,
  errors: z
    .array(z.object({ title: text, detail: text }))
    .catch([])
    .transform((errors) => errors.slice(0, 10)),
  limitKey: text,
  limit: amount,
  remaining: amount,
  rateLimit: amount,
  rateLimitRemaining: amount,
  requestId: text,
  supportId: text,
});
export type Problem = z.infer<typeof Problem>;

/** An answer of Akamai's with a status of 400 and above. */
export class AnswerError extends ToolError {
  readonly status: number;

  constructor(status: number, code: ToolErrorCode, message: string, hint: string) {
    super(code, message, hint);
    this.status = status;
  }
}

/** What an error answer says, as far as it may be passed on; null when it is no JSON object (HTML, empty, broken). */
export function problemOf(answer: Pick<Answer, 'body'>): Problem | null {
  try {
    return Problem.safeParse(parseJson(answer.body)).data ?? null;
  } catch {
    return null;
  }
}

export interface ErrorContext {
  /** Our clock minus Akamai's; null when the answer had no date. */
  skewSeconds: number | null;
  /** The account switch key in use, if any. */
  account: string | undefined;
  /** Takes what must not be passed on out of upstream text: tokens and host of the credential. */
  redact: (text: string) => string;
}

/** The error of an answer with a status of 400 and above: one sentence, what Akamai says about it, what to do next. */
export function answerError(answer: Answer, context: ErrorContext): AnswerError {
  const { status } = answer;
  const { skewSeconds } = context;
  const problem = problemOf(answer);
  if ((status === 400 || status === 401) && skewSeconds !== null && Math.abs(skewSeconds) > maxSkewSeconds) {
    return new AnswerError(
      status,
      'clock-skew',
      `This computer's clock is ${Math.abs(skewSeconds)} s ${skewSeconds > 0 ? 'ahead of' : 'behind'} Akamai's, so the signature was refused.`,
      'Set the clock, or switch on automatic time, and call again. Nothing says so far that the credential is wrong.',
    );
  }
  const { code, sentence, hint } = explain(status, problem, context);
  return new AnswerError(status, code, `${sentence}${quoted(problem, context)}`, hint);
}

interface Explanation {
  code: ToolErrorCode;
  sentence: string;
  hint: string;
}

function explain(status: number, problem: Problem | null, { account }: ErrorContext): Explanation {
  const where = account === undefined ? '' : ` in account ${account}`;
  switch (status) {
    case 400:
      return problem?.type.endsWith('/request-error')
        ? upstream('Akamai refused the signature (400).', 'Check the clock of this computer and any proxy in between.')
        : upstream(
            'Akamai refused the request as not valid (400).',
            'Correct the arguments; the reason is in the message.',
          );
    case 401:
      return /inactive/i.test(problem?.detail ?? '')
        ? upstream(
            'This credential is expired, deactivated or deleted (401).',
            'Rotate or replace it in Chatelaine, then call again.',
          )
        : upstream(
            'Akamai refused the signature (401).',
            'Test the credential in Chatelaine: the client secret may be wrong, or a proxy may rewrite requests.',
          );
    case 403:
      return upstream(
        `Akamai does not allow this${where} (403).`,
        'The API may not be granted to this API client, the client locked, its IP list too narrow, or the account the wrong one: test the credential in Chatelaine.',
      );
    case 404:
      return {
        code: 'not-found',
        sentence: `Akamai found no such thing${where} (404).`,
        hint: 'Check the id. If it exists, the account switch key, contract or group is the wrong one.',
      };
    case 409:
      return changed('Akamai is busy with this object (409).', 'Wait for the change under way, then call again.');
    case 412:
      return changed('The object has changed since it was read (412).', 'Read it again and repeat the change on that.');
    case 422:
      return changed('An earlier change is still pending (422).', 'Wait until it is done, then call again.');
    case 429:
      return isQuota(problem)
        ? limited(
            'A limit of the account is used up (429).',
            'Waiting does not help: remove something or have the limit raised.',
          )
        : limited('Akamai asks for fewer requests (429).', 'Wait a minute and call again.');
    default:
      return status >= 500
        ? upstream(
            `Akamai has a problem of its own (${status}).`,
            'Try again later; control.akamai.com shows incidents.',
          )
        : upstream(`Akamai refused the request (${status}).`, 'The reason is in the message.');
  }
}

/** A quota does not come back with time, a rate does (PAPI names the quota in `limitKey`). */
export const isQuota = (problem: Problem | null): boolean => (problem?.limitKey ?? '') !== '';

const upstream = (sentence: string, hint: string): Explanation => ({ code: 'upstream', sentence, hint });
const changed = (sentence: string, hint: string): Explanation => ({ code: 'changed', sentence, hint });
const limited = (sentence: string, hint: string): Explanation => ({ code: 'rate-limited', sentence, hint });

/** Upstream's own words, marked as such, without control characters and at a length that cannot drown ours. */
function quoted(problem: Problem | null, { redact }: ErrorContext): string {
  if (!problem) return '';
  const line = (raw: string, max: number): string => safeLine(redact(raw), max);
  const words = [
    [problem.title, problem.detail].filter(Boolean).join(': '),
    ...problem.errors.map(({ title, detail }) => [title, detail].filter(Boolean).join(': ')),
  ].filter(Boolean);
  const facts = [
    problem.limitKey && `limit ${line(problem.limitKey, 60)}`,
    counted('of', problem.limit ?? problem.rateLimit),
    counted('remaining', problem.remaining ?? problem.rateLimitRemaining),
    kind(problem.type) && `kind ${line(kind(problem.type), 60)}`,
    (problem.requestId || problem.supportId) && `reference ${line(problem.requestId || problem.supportId, 60)}`,
  ].filter(Boolean);
  const said = words.length > 0 ? ` Akamai says: "${line(words.join('; '), 600)}".` : '';
  return `${said}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

const counted = (word: string, value: number | null): string => (value === null ? '' : `${word} ${value}`);
const kind = (type: string): string => type.split('/').filter(Boolean).at(-1) ?? '';
