import type { z } from 'zod';
import type { JsonValue, Network } from '../../../core/workers/protocol.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { createLimiter } from '../../kit/limits.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { inAccount } from './account-switch.ts';
import { answerError } from './answer-error.ts';
import { asciiJson, withQuery, type Query } from './api-path.ts';
import { parseJson } from './body.ts';
import type { AkamaiCredential } from './credential.ts';
import { isConnectionError, networkError, unreadable } from './network-error.ts';
import { redirectPath } from './redirect.ts';
import { maxAttempts, retryDelayMs } from './retry.ts';
import { createSigner } from './signer.ts';
import { createTransport, type Answer } from './transport.ts';
import { userAgent } from './user-agent.ts';

export type CallContext = Pick<ToolContext, 'signal' | 'progress'>;

export interface ApiRequest {
  path: string;
  query?: Query;
  headers?: Record<string, string>;
  /** Asks in the client's own account even if the credential switches accounts: for questions about the client itself. */
  isAboutClient?: boolean;
}

export interface AkamaiApi {
  /** The account switch key in use. */
  readonly account: string | undefined;
  /** GETs JSON and reads it by `schema`. Every method throws ToolError. */
  get<T>(request: ApiRequest & { schema: z.ZodType<T> }, context: CallContext): Promise<T>;
  /** POSTs JSON, once; a POST that only reads may be repeated. */
  post<T>(
    request: ApiRequest & { body: JsonValue; schema: z.ZodType<T>; isReadLike?: boolean },
    context: CallContext,
  ): Promise<T>;
  /** GETs whatever there is: for the raw tool. */
  getRaw(request: ApiRequest, context: CallContext): Promise<Answer>;
  /** Our clock minus Akamai's by the last answer that had a date. */
  skewSeconds(): number | null;
  /** Takes tokens and host of the credential out of a text. */
  redact: (text: string) => string;
  close(): void;
}

export interface ApiTuning {
  /** Of one request with its retries, without the time that it waits for its turn among our own. */
  deadlineMs?: number;
  maxBytes?: number;
  retryBaseMs?: number;
}

interface Outgoing {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
  mayRepeat: boolean;
}

/** What is left of one request's deadline: it runs while the request is under way or pauses, not while it queues. */
interface Time {
  leftMs: number;
}

/** Signed requests for one credential: limits, deadline, retries, and errors in sentences. Nothing is shared with another. */
export function createAkamaiApi(credential: AkamaiCredential, tuning: ApiTuning = {}, network?: Network): AkamaiApi {
  const { deadlineMs = 60_000, maxBytes = 8 * 1024 * 1024, retryBaseMs = 1000 } = tuning;
  const signer = createSigner(credential);
  const transport = createTransport(credential.address, network);
  const requests = createLimiter(4);
  const purges = createLimiter(1);
  let skewSeconds: number | null = null;

  const redact = (text: string): string =>
    [credential.clientToken, credential.accessToken, new URL(credential.address.origin).host].reduce(
      (cleaned, own) => cleaned.replaceAll(own, '[removed]'),
      text,
    );

  const attempt = async (outgoing: Outgoing, time: Time, called: AbortSignal): Promise<Answer> => {
    const { method, path, body } = outgoing;
    const limiter = path.startsWith('/ccu/') ? purges : requests;
    return await limiter.run(called, async () => {
      const beganMs = performance.now();
      const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(time.leftMs)));
      const signal = AbortSignal.any([called, deadline]);
      const { url, authorization } = signer.sign({ method, path, ...(body !== undefined && { body }) });
      const headers = { ...outgoing.headers, Authorization: authorization };
      const isOnce = !outgoing.mayRepeat;
      const answer = await transport
        .send({ method, url, headers, signal, maxBytes, isOnce, ...(body && { body }) })
        .finally(() => {
          time.leftMs = deadline.aborted ? 0 : time.leftMs - (performance.now() - beganMs);
        });
      const date = Date.parse(answer.headers.date ?? '');
      // The header cuts fractions off, so it is half a second old on average.
      if (!Number.isNaN(date)) skewSeconds = Math.round((answer.receivedAtMs - date - 500) / 1000);
      return answer;
    });
  };

  const withRetries = async (outgoing: Outgoing, time: Time, { signal, progress }: CallContext): Promise<Answer> => {
    for (let tried = 1; ; tried += 1) {
      const outcome = await attempt(outgoing, time, signal).catch((error: unknown) => {
        if (outgoing.mayRepeat && !signal.aborted && time.leftMs > 0 && isConnectionError(error)) return { error };
        throw error;
      });
      const delayMs = retryDelayMs('error' in outcome ? 'connection-error' : outcome, tried, {
        baseMs: retryBaseMs,
        random: Math.random,
      });
      if (!outgoing.mayRepeat || delayMs === null || delayMs > time.leftMs) {
        if ('error' in outcome) throw outcome.error;
        return outcome;
      }
      progress(tried, maxAttempts, `Asking Akamai again in ${Math.ceil(delayMs / 1000)} s`);
      await pause(delayMs, signal);
      time.leftMs -= delayMs;
    }
  };

  const perform = async (outgoing: Outgoing, context: CallContext): Promise<Answer> => {
    const time: Time = { leftMs: deadlineMs };
    try {
      let answer = await withRetries(outgoing, time, context);
      if (outgoing.method === 'GET' && answer.status >= 300 && answer.status < 400) {
        const path = redirectPath(answer.headers.location, outgoing.path, credential.address.origin);
        answer = await withRetries({ ...outgoing, path }, time, context);
      }
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw answerError(answer, { skewSeconds, account: credential.accountSwitchKey, redact });
    } catch (error) {
      if (context.signal.aborted) throw cancelled(context.signal.reason);
      if (time.leftMs <= 0) throw timedOut(deadlineMs, outgoing.mayRepeat);
      throw networkError(error);
    }
  };

  const outgoing = (method: 'GET' | 'POST', request: ApiRequest, mayRepeat: boolean): Outgoing => ({
    method,
    path: inAccount(
      withQuery(request.path, request.query ?? {}),
      request.isAboutClient ? undefined : credential.accountSwitchKey,
    ),
    headers: { Accept: 'application/json', 'User-Agent': userAgent, ...request.headers },
    mayRepeat,
  });

  return {
    account: credential.accountSwitchKey,
    get: async ({ schema, ...request }, context) =>
      read(schema, await perform(outgoing('GET', request, true), context)),
    post: async ({ schema, body, isReadLike = false, ...request }, context) => {
      const headers = { 'Content-Type': 'application/json', ...request.headers };
      const post = { ...outgoing('POST', { ...request, headers }, isReadLike), body: asciiJson(body) };
      return read(schema, await perform(post, context));
    },
    getRaw: (request, context) => perform(outgoing('GET', request, true), context),
    skewSeconds: () => skewSeconds,
    redact,
    close: () => transport.close(),
  };
}

/** Throws for an answer that is no JSON, or not of the form that the API's description promises. */
function read<T>(schema: z.ZodType<T>, answer: Answer): T {
  try {
    const parsed = schema.safeParse(parseJson(answer.body));
    if (parsed.success) return parsed.data;
  } catch (error) {
    throw networkError(error);
  }
  throw unreadable();
}

/** A call that ran out of time says so itself. */
const cancelled = (reason: unknown): ToolError =>
  reason instanceof ToolError ? reason : new ToolError('cancelled', 'The call was cancelled.', 'Call again if needed.');

const timedOut = (deadlineMs: number, isRead: boolean): ToolError =>
  new ToolError(
    'timed-out',
    `Akamai did not answer within ${Math.round(deadlineMs / 1000)} s; the connection was closed.`,
    isRead ? 'Try again, or ask for less.' : 'It may have been done all the same: look before you repeat it.',
  );

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
