import { randomBytes, timingSafeEqual } from 'node:crypto';
import { adminField, uint32, type Block, type Fields } from './admin-codec.ts';
import { textOf, type AdminRequest } from './admin-request.ts';
import { clientHash } from './bcrypt.ts';
import { code, refuse } from './codes.ts';
import type { Session } from './session.ts';
import type { User, Users } from './users.ts';

/**
 * A login proves a password (as the clients' hash, or in clear for an external user) or comes with a certificate, and
 * gets a token that is good for a while. Connections after it prove themselves with the token.
 */
export function login(request: AdminRequest): readonly Block[] {
  const { users, fields, session, cluster } = request;
  cluster.onLogin({
    user: textOf(fields, adminField.user) ?? null,
    hash: textOf(fields, adminField.credential) ?? null,
    clearPassword: textOf(fields, adminField.clearPassword) ?? null,
    certificateName: session.certificateName,
  });
  const user = proven(users, fields, session);
  const token = randomBytes(24);
  const expiresMs = cluster.now() + users.sessionSeconds * 1000;
  users.sessions.set(token.toString('hex'), { user: user.name, expiresMs });
  begin(session, user, users);
  return [
    [
      [adminField.sessionToken, token],
      [adminField.sessionTtl, uint32(users.sessionSeconds)],
    ],
  ];
}

export function authenticate({ users, fields, session, cluster }: AdminRequest): readonly Block[] {
  const known = users.sessions.get(fields.get(adminField.sessionToken)?.toString('hex') ?? '');
  if (!known) return refuse(code.credential);
  if (known.expiresMs <= cluster.now()) refuse(code.expiredSession);
  const named = textOf(fields, adminField.user);
  const user = users.users.get(known.user);
  if (!user || (named !== undefined && named !== known.user)) return refuse(code.user);
  begin(session, user, users);
  return [];
}

function begin(session: Session, user: User, users: Users): void {
  if (!allows(users, user, session.address)) refuse(code.notWhitelisted);
  session.user = user.name;
  user.connections += 1;
}

/** A whitelist of one of the user's roles is one for the user. */
function allows(users: Users, user: User, address: string): boolean {
  const lists = [...user.roles].flatMap((name) => users.roles.get(name)?.whitelist ?? []);
  return (
    lists.length === 0 || lists.some((one) => one === address || one.startsWith(`${address}/`) || one === '0.0.0.0/0')
  );
}

function proven(users: Users, fields: Fields, session: Session): User {
  const name = textOf(fields, adminField.user);
  if (name === undefined) {
    const byCertificate = users.users.get(session.certificateName ?? '');
    return byCertificate ?? refuse(session.certificateName === null ? code.credential : code.user);
  }
  const user = users.users.get(name) ?? refuse(code.user);
  const clear = textOf(fields, adminField.clearPassword);
  // A password does not serve for who is known by a certificate alone.
  const secret = user.secret ?? refuse(code.credential);
  if (user.isExternal) {
    const isRight = clear !== undefined && secret.kind === 'clear' && equal(clear, secret.password);
    return isRight ? user : refuse(code.password);
  }
  const given = textOf(fields, adminField.credential) ?? refuse(code.credential);
  // Hashing takes a good part of a second, so it is done for those who come, once.
  const hash = secret.kind === 'hash' ? secret.hash : clientHash(secret.password);
  user.secret = { kind: 'hash', hash };
  return equal(given, hash) ? user : refuse(code.password);
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
