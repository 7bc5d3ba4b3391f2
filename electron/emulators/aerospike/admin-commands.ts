import { isIP } from 'node:net';
import { adminField, readNames, readPrivileges, uint32, writeNames, writePrivileges } from './admin-codec.ts';
import type { Block, Fields } from './admin-codec.ts';
import { authenticate, login } from './admin-login.ts';
import { textOf, type AdminRequest } from './admin-request.ts';
import { code, refuse } from './codes.ts';
import type { Privilege } from './privileges.ts';
import { predefinedRoles, type Role, type User, type Users } from './users.ts';

export interface AdminCommand {
  /** May be sent before a login. */
  isOpen?: true;
  /** Answered with one block each, and an end. */
  isList?: true;
  run: (request: AdminRequest) => readonly Block[];
}

const done: readonly Block[] = [];

/** Users and roles are the user administrator's alone. */
const asAdmin =
  (run: (request: AdminRequest) => void) =>
  (request: AdminRequest): readonly Block[] => {
    request.session.demand('user-admin', '', '');
    run(request);
    return done;
  };

export const adminCommands: Readonly<Record<number, AdminCommand>> = {
  0: { isOpen: true, run: authenticate },
  1: { run: asAdmin(createUser) },
  2: {
    run: asAdmin(({ users, fields }) => {
      if (!users.users.delete(userNamed(users, fields).name)) refuse(code.user);
    }),
  },
  3: {
    run: asAdmin(({ users, fields }) => {
      userNamed(users, fields).secret = hashIn(fields, adminField.password);
    }),
  },
  4: { run: changePassword },
  5: { run: asAdmin(({ users, fields }) => eachRole(users, fields, (user, role) => user.roles.add(role))) },
  6: { run: asAdmin(({ users, fields }) => eachRole(users, fields, (user, role) => user.roles.delete(role))) },
  9: { isList: true, run: queryUsers },
  10: { run: asAdmin(createRole) },
  11: {
    run: asAdmin(({ users, fields }) => {
      const { name } = roleNamed(users, fields);
      if (predefinedRoles.includes(name)) refuse(code.role);
      users.roles.delete(name);
      for (const user of users.users.values()) user.roles.delete(name);
    }),
  },
  12: {
    run: asAdmin(({ users, fields }) => {
      const role = ownRole(users, fields);
      const given = readPrivileges(fields.get(adminField.privileges));
      role.privileges = [...role.privileges.filter((one) => !given.some(same(one))), ...given];
    }),
  },
  13: {
    run: asAdmin(({ users, fields }) => {
      const role = ownRole(users, fields);
      const given = readPrivileges(fields.get(adminField.privileges));
      role.privileges = role.privileges.filter((one) => !given.some(same(one)));
    }),
  },
  14: {
    run: asAdmin(({ users, fields }) => {
      ownRole(users, fields).whitelist = whitelistIn(fields);
    }),
  },
  15: {
    run: asAdmin(({ users, fields }) => {
      Object.assign(ownRole(users, fields), quotasIn(fields));
    }),
  },
  16: { isList: true, run: queryRoles },
  20: { isOpen: true, run: login },
};

const same =
  (one: Privilege) =>
  (other: Privilege): boolean =>
    one.name === other.name && one.namespace === other.namespace && one.set === other.set;

const userNamed = ({ users }: Users, fields: Fields): User =>
  users.get(textOf(fields, adminField.user) ?? '') ?? refuse(code.user);

const roleNamed = ({ roles }: Users, fields: Fields): Role =>
  roles.get(textOf(fields, adminField.role) ?? '') ?? refuse(code.role);

/** What is predefined stays as it is. */
function ownRole(users: Users, fields: Fields): Role {
  const role = roleNamed(users, fields);
  return predefinedRoles.includes(role.name) ? refuse(code.role) : role;
}

function hashIn(fields: Fields, type: number): { kind: 'hash'; hash: string } {
  const hash = textOf(fields, type);
  if (!hash?.startsWith('$2a$')) return refuse(code.password);
  return { kind: 'hash', hash };
}

function rolesIn(users: Users, fields: Fields): string[] {
  const names = readNames(fields.get(adminField.roles));
  return names.every((name) => users.roles.has(name)) ? names : refuse(code.role);
}

function createUser({ users, fields }: AdminRequest): void {
  const name = textOf(fields, adminField.user) ?? '';
  if (!/^[^:;\n]{1,63}$/.test(name)) refuse(code.user);
  if (users.users.has(name)) refuse(code.userExists);
  const roles = new Set(fields.has(adminField.roles) ? rolesIn(users, fields) : []);
  // A user known by a certificate is made with this in place of a hash.
  const isPki = textOf(fields, adminField.password) === 'nopassword';
  const secret = isPki ? null : hashIn(fields, adminField.password);
  users.users.set(name, { name, secret, isExternal: false, roles, connections: 0 });
}

function changePassword({ users, fields, session }: AdminRequest): readonly Block[] {
  const user = userNamed(users, fields);
  if (user.name !== session.user) refuse(code.roleViolation);
  const old = textOf(fields, adminField.oldPassword);
  if (user.secret?.kind === 'hash' && old !== user.secret.hash) refuse(code.password);
  user.secret = hashIn(fields, adminField.password);
  return done;
}

function eachRole(users: Users, fields: Fields, apply: (user: User, role: string) => unknown): void {
  const user = userNamed(users, fields);
  for (const role of rolesIn(users, fields)) apply(user, role);
}

function queryUsers({ users, fields, session }: AdminRequest): readonly Block[] {
  const name = textOf(fields, adminField.user);
  // Everybody may ask about themselves.
  if (name === undefined || name !== session.user) session.demand('user-admin', '', '');
  const found = name === undefined ? [...users.users.values()] : [userNamed(users, fields)];
  // Reads and writes: quota, and per second single records, queries limited and not.
  const rates = Buffer.concat([Buffer.of(4), ...[0, 0, 0, 0].map(uint32)]);
  return found.map((user) => [
    [adminField.user, Buffer.from(user.name)],
    [adminField.roles, writeNames([...user.roles])],
    [adminField.readInfo, rates],
    [adminField.writeInfo, rates],
    [adminField.connections, uint32(user.connections)],
  ]);
}

function whitelistIn(fields: Fields): string[] {
  const given = (textOf(fields, adminField.whitelist) ?? '').split(',').filter((one) => one !== '');
  return given.every(isNetwork) ? given : refuse(code.whitelist);
}

/** `10.1.0.7` or `10.1.0.0/16`. */
function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

const quotasIn = (fields: Fields): { readQuota: number; writeQuota: number } => ({
  readQuota: fields.get(adminField.readQuota)?.readUInt32BE() ?? 0,
  writeQuota: fields.get(adminField.writeQuota)?.readUInt32BE() ?? 0,
});

function createRole({ users, fields }: AdminRequest): void {
  const name = textOf(fields, adminField.role) ?? '';
  if (name === '') refuse(code.role);
  if (users.roles.has(name)) refuse(code.roleExists);
  const held = fields.has(adminField.privileges) ? readPrivileges(fields.get(adminField.privileges)) : [];
  users.roles.set(name, { name, privileges: held, whitelist: whitelistIn(fields), ...quotasIn(fields) });
}

function queryRoles({ users, fields, session }: AdminRequest): readonly Block[] {
  session.demand('user-admin', '', '');
  const found = fields.has(adminField.role) ? [roleNamed(users, fields)] : [...users.roles.values()];
  return found.map((role) => [
    [adminField.role, Buffer.from(role.name)],
    [adminField.privileges, writePrivileges(role.privileges)],
    ...(role.whitelist.length === 0 ? [] : ([[adminField.whitelist, Buffer.from(role.whitelist.join(','))]] as const)),
    [adminField.readQuota, uint32(role.readQuota)],
    [adminField.writeQuota, uint32(role.writeQuota)],
  ]);
}
