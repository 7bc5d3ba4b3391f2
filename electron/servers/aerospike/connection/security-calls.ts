import type { Privilege, RoleFacts, SecurityAdmin, UserFacts } from './connection.ts';
import type { CallLimits } from './connection.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { timeoutOf } from './policies.ts';
import type { Driver } from './load-client.ts';
import type { Profile } from '../profile.ts';
import type { Session } from './session.ts';

/** Users and roles by the client's own commands. They block the process for at most their timeout, so it is short. */
const maxBlockMs = 3_000;

export function createSecurity(
  session: Session,
  { timeoutMs: profileMs, user: self }: Pick<Profile, 'timeoutMs' | 'user'>,
): SecurityAdmin {
  const policy = (driver: Driver, context: CallLimits) =>
    new driver.AdminPolicy({ timeout: Math.min(maxBlockMs, timeoutOf(context, profileMs)) });
  return {
    users: (context) =>
      session.run(context, async ({ driver, client }) =>
        (await client.queryUsers(policy(driver, context))).map(userFacts),
      ),
    self: (context) =>
      session.run(context, async ({ driver, client }) =>
        self === null ? null : userFacts(await client.queryUser(self, policy(driver, context))),
      ),
    roles: (context) =>
      session.run(context, async ({ driver, client }) =>
        (await client.queryRoles(policy(driver, context))).map((role): RoleFacts => ({
          role: role.name,
          privileges: role.privileges.map((privilege) => privilegeFacts(driver, privilege)),
          // Typed as numbers, texts in fact.
          allowlist: [...((role.whitelist as unknown as string[] | undefined) ?? [])],
          readQuota: role.readQuota,
          writeQuota: role.writeQuota,
        })),
      ),
    createUser: (user, password, roles, context) =>
      session.run(context, ({ driver, client }) =>
        client.createUser(user, password, [...roles], policy(driver, context)),
      ),
    dropUser: (user, context) =>
      session.run(context, ({ driver, client }) => client.dropUser(user, policy(driver, context))),
    setPassword: (user, password, context) =>
      session.run(context, async ({ driver, client }) => {
        // Its own password a user changes, that of others a user administrator sets: two commands of the protocol.
        const isOwn = client.config.user === user;
        await (isOwn
          ? client.changePassword(user, password, policy(driver, context))
          : client.setPassword(user, password, policy(driver, context)));
      }),
    grantRoles: (user, roles, context) =>
      session.run(context, ({ driver, client }) => client.grantRoles(user, [...roles], policy(driver, context))),
    revokeRoles: (user, roles, context) =>
      session.run(context, ({ driver, client }) => client.revokeRoles(user, [...roles], policy(driver, context))),
    createRole: ({ role, privileges, allowlist, readQuota, writeQuota }, context) =>
      session.run(context, ({ driver, client }) =>
        client.createRole(
          role,
          privileges.map((privilege) => driverPrivilege(driver, privilege)),
          policy(driver, context),
          allowlist && allowlist.length > 0 ? allowlist : null,
          readQuota ?? null,
          writeQuota ?? null,
        ),
      ),
    dropRole: (role, context) =>
      session.run(context, ({ driver, client }) => client.dropRole(role, policy(driver, context))),
    grantPrivileges: (role, privileges, context) =>
      session.run(context, ({ driver, client }) =>
        client.grantPrivileges(
          role,
          privileges.map((privilege) => driverPrivilege(driver, privilege)),
          policy(driver, context),
        ),
      ),
    revokePrivileges: (role, privileges, context) =>
      session.run(context, ({ driver, client }) =>
        client.revokePrivileges(
          role,
          privileges.map((privilege) => driverPrivilege(driver, privilege)),
          policy(driver, context),
        ),
      ),
  };
}

const userFacts = ({ name, roles, connsInUse }: InstanceType<Driver['admin']['User']>): UserFacts => ({
  user: name,
  roles: [...roles],
  connections: connsInUse,
});

/** Privileges by the names that the server's tools use, with hyphens: all that this client can give and take. */
const codeNames = [
  ['user-admin', 'USER_ADMIN'],
  ['sys-admin', 'SYS_ADMIN'],
  ['data-admin', 'DATA_ADMIN'],
  ['udf-admin', 'UDF_ADMIN'],
  ['sindex-admin', 'SINDEX_ADMIN'],
  ['read', 'READ'],
  ['read-write', 'READ_WRITE'],
  ['read-write-udf', 'READ_WRITE_UDF'],
  ['write', 'WRITE'],
  ['truncate', 'TRUNCATE'],
] as const;

export const privilegeNames = codeNames.map(([name]) => name);

/** Of newer servers: the client does not name them. They can be read, not given. */
const laterNames: Readonly<Record<number, string>> = { 15: 'masking-admin', 16: 'read-masked', 17: 'write-masked' };

type DriverPrivilege = InstanceType<Driver['admin']['Privilege']>;

function driverPrivilege({ admin, privilegeCode }: Driver, { code, namespace, set }: Privilege): DriverPrivilege {
  const known = codeNames.find(([name]) => name === code);
  if (!known) {
    throw new ToolError('invalid-input', 'There is no such privilege.', `There are: ${privilegeNames.join(', ')}.`);
  }
  return new admin.Privilege(privilegeCode[known[1]], {
    ...(namespace === undefined ? {} : { namespace }),
    ...(set === undefined ? {} : { set }),
  });
}

function privilegeFacts({ privilegeCode }: Driver, privilege: DriverPrivilege): Privilege {
  const known = codeNames.find(([, constant]) => privilegeCode[constant] === privilege.code);
  return {
    code: known?.[0] ?? laterNames[privilege.code] ?? `privilege-${privilege.code}`,
    ...(privilege.namespace ? { namespace: privilege.namespace } : {}),
    ...(privilege.set ? { set: privilege.set } : {}),
  };
}
