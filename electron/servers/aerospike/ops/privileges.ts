import { ToolError } from '../../kit/tool-error.ts';
import type { Privilege, RoleFacts } from '../connection/connection.ts';
import { privilegeNames } from '../connection/security-calls.ts';
import { NamespaceName, SetName } from './names.ts';
import { isInScope, type OpsProfile } from './services.ts';

/** Privileges, as the server names them, that may be limited to a namespace and a set. */
const dataPrivileges: readonly string[] = [
  'read',
  'write',
  'read-write',
  'read-write-udf',
  'truncate',
  'read-masked',
  'write-masked',
];

/** Everything else lets its holder administer, also what this release does not know by name. Roles are named like them. */
const administering: readonly string[] = [
  ...privilegeNames.filter((name) => !dataPrivileges.includes(name)),
  'masking-admin',
  'superuser',
];

/** The server's own roles, which are called as what they allow. */
export const isPredefined = (role: string): boolean => dataPrivileges.includes(role) || administering.includes(role);

/** `read-write:orders.users`. */
export const privilegeText = ({ code, namespace, set }: Privilege): string =>
  [code, namespace === undefined ? '' : `:${namespace}`, set === undefined ? '' : `.${set}`].join('');

/** The reverse; throws `invalid-input` for an unknown privilege and for names that no namespace or set can have. */
export function privilegeOf(text: string): Privilege {
  const [code = '', place, ...rest] = text.split(':');
  const known = privilegeNames.find((name) => name === code);
  const [namespace, ...setParts] = (place ?? '').split('.');
  const set = setParts.join('.');
  const isPlaced = place !== undefined;
  const fits =
    known !== undefined &&
    rest.length === 0 &&
    (!isPlaced || NamespaceName.safeParse(namespace).success) &&
    (!isPlaced || dataPrivileges.includes(code)) &&
    (setParts.length === 0 || SetName.safeParse(set).success);
  if (!fits) {
    throw new ToolError(
      'invalid-input',
      'A privilege is not written as it should be.',
      `Write e.g. "read-write:orders" or "read:orders.users"; known: ${privilegeNames.join(', ')}.`,
    );
  }
  return {
    code: known,
    ...(isPlaced && namespace !== undefined ? { namespace } : {}),
    ...(setParts.length > 0 ? { set } : {}),
  };
}

/** A profile limited to some namespaces sees and gives only what concerns those. */
export const visiblePrivileges = (profile: OpsProfile, privileges: readonly Privilege[]): Privilege[] =>
  privileges.filter(({ namespace }) => namespace === undefined || isInScope(profile, namespace));

export function assertMayGive(profile: OpsProfile, privileges: readonly Privilege[]): void {
  if (profile.namespaces === null) return;
  const beyond = privileges.find(({ namespace }) => namespace === undefined || !isInScope(profile, namespace));
  if (!beyond) return;
  throw new ToolError(
    'refused',
    `"${privilegeText(beyond)}" reaches beyond the namespaces of this profile.`,
    `It is limited to: ${profile.namespaces.join(', ')}.`,
  );
}

/** True when it lets its holder change users, data of others, or the cluster itself: such a gift is not small. */
export const isAdministering = (role: Pick<RoleFacts, 'role' | 'privileges'>): boolean =>
  administering.includes(role.role) || role.privileges.some(({ code }) => !dataPrivileges.includes(code));

/** "read-write in orders.users, sys-admin": for a sentence. */
export const privilegeWords = (privileges: readonly Privilege[]): string =>
  privileges
    .map(({ code, namespace, set }) => {
      if (namespace === undefined) return dataPrivileges.includes(code) ? `${code} everywhere` : code;
      return `${code} in ${set === undefined ? `namespace ${namespace}` : `set ${namespace}.${set}`}`;
    })
    .join(', ');
