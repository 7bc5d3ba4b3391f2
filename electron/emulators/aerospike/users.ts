import { privileges, type Privilege } from './privileges.ts';

export interface User {
  name: string;
  /** The clients' hash of the password, or the password of an external user; null for who has none (PKI). */
  secret: { kind: 'hash'; hash: string } | { kind: 'clear'; password: string } | null;
  isExternal: boolean;
  roles: Set<string>;
  connections: number;
}

export interface Role {
  name: string;
  privileges: Privilege[];
  whitelist: string[];
  readQuota: number;
  writeQuota: number;
}

export interface Users {
  users: Map<string, User>;
  roles: Map<string, Role>;
  /** Session tokens by their hex. */
  sessions: Map<string, { user: string; expiresMs: number }>;
  sessionSeconds: number;
  privilegesOf(user: string): Privilege[];
}

export interface UserPlan {
  name: string;
  /** Absent for a user who is known by a certificate alone. */
  password?: string;
  /** Known to a directory: the password comes in clear. */
  isExternal?: boolean;
  roles: readonly string[];
}

/** The roles that the server always has. */
export const predefinedRoles: readonly string[] = [...privileges.map(({ name }) => name), 'superuser'];

export function createUsers(plans: readonly UserPlan[], sessionSeconds = 86_400): Users {
  const roles = new Map<string, Role>();
  for (const name of predefinedRoles) {
    const held = privileges.filter((one) => one.name === name || name === 'superuser');
    const all = held.map((one): Privilege => ({ name: one.name, namespace: '', set: '' }));
    roles.set(name, { name, privileges: all, whitelist: [], readQuota: 0, writeQuota: 0 });
  }
  const users = new Map(
    plans.map(({ name, password, isExternal = false, roles: names }): [string, User] => [
      name,
      {
        name,
        secret: password === undefined ? null : { kind: 'clear', password },
        isExternal,
        roles: new Set(names),
        connections: 0,
      },
    ]),
  );
  return {
    users,
    roles,
    sessions: new Map(),
    sessionSeconds,
    privilegesOf: (name) => [...(users.get(name)?.roles ?? [])].flatMap((role) => roles.get(role)?.privileges ?? []),
  };
}
