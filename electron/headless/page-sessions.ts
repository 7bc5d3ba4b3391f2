import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

/** One browser that opened the printed address. */
export interface PageSession {
  /** What the page's own script holds: a cookie alone would go to every port of this machine. */
  key: string;
}

/** Who may use the page: one-time tokens that are printed, and the sessions that they were exchanged for. */
export interface PageSessions {
  /** A new token; good once, and for 15 minutes. */
  token(): string;
  /** The session's cookie and key, or null for a token that is unknown, used or too old. */
  exchange(token: string): { cookie: string; key: string } | null;
  /** The session that this cookie belongs to. */
  find(cookie: string): PageSession | null;
}

const tokenMs = 15 * 60_000;
const idleMs = 12 * 60 * 60_000;
const sessionLimit = 16;
const tokenLimit = 16;

export function createPageSessions(clock: Clock): PageSessions {
  const tokens: { digest: Buffer; untilMs: number }[] = [];
  const sessions: { digest: Buffer; session: PageSession; usedAtMs: number }[] = [];

  return {
    token() {
      const token = secret();
      tokens.push({ digest: digestOf(token), untilMs: clock.now() + tokenMs });
      if (tokens.length > tokenLimit) tokens.shift();
      return token;
    },
    exchange(token) {
      const digest = digestOf(token);
      const at = tokens.findIndex((known) => timingSafeEqual(known.digest, digest));
      const [known] = at < 0 ? [] : tokens.splice(at, 1);
      if (!known || known.untilMs < clock.now()) return null;
      const cookie = secret();
      const session = { key: secret() };
      sessions.push({ digest: digestOf(cookie), session, usedAtMs: clock.now() });
      // The one unused for longest makes room.
      sessions.sort((one, other) => other.usedAtMs - one.usedAtMs).splice(sessionLimit);
      return { cookie, key: session.key };
    },
    find(cookie) {
      const digest = digestOf(cookie);
      const found = sessions.find((known) => timingSafeEqual(known.digest, digest));
      if (!found || clock.now() - found.usedAtMs > idleMs) return null;
      found.usedAtMs = clock.now();
      return found.session;
    },
  };
}

const secret = (): string => randomBytes(32).toString('base64url');
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether this is the session's key, in a time that tells nothing. */
export const isKeyOf = ({ key }: PageSession, given: string): boolean =>
  timingSafeEqual(digestOf(key), digestOf(given));
