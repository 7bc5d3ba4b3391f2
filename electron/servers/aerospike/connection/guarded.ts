import { ToolError } from '../../kit/tool-error.ts';
import type { InfoCommand } from '../info/command.ts';
import { filterNamespaces, namespacesIn } from './info-namespaces.ts';
import type { RecordKey } from '../values/typed-json.ts';
import type { Connection, InfoAnswer, Privilege, RoleFacts } from './connection.ts';

/**
 * The same connection for a profile with an allow-list of namespaces. It stands below every tool, so that none can
 * forget: whatever names another namespace is refused, whatever lists namespaces lists the allowed ones.
 */
export function guardNamespaces(connection: Connection, allowed: readonly string[] | null): Connection {
  if (allowed === null) return connection;
  const assert = (namespace: string | undefined): void => {
    if (namespace === undefined || !allowed.includes(namespace)) throw outside(allowed);
  };
  const assertKey = ({ namespace }: RecordKey): void => assert(namespace);
  /** A privilege without a namespace counts for all of them. */
  const assertPrivileges = (privileges: readonly Privilege[]): void => {
    for (const { namespace } of privileges) assert(namespace);
  };

  const info: Connection['info'] = async (command, from, context) => {
    const named = namespacesIn(command);
    if (named === 'cannot-tell') throw outside(allowed);
    for (const namespace of named) assert(namespace);
    const answers = await connection.info(command, from, context);
    return answers.map((answer) => filtered(command, answer, allowed));
  };

  return {
    nodes: (context) => connection.nodes(context),
    info,
    async get(key, ...rest) {
      assertKey(key);
      return await connection.get(key, ...rest);
    },
    async put(key, ...rest) {
      assertKey(key);
      await connection.put(key, ...rest);
    },
    async remove(key, ...rest) {
      assertKey(key);
      return await connection.remove(key, ...rest);
    },
    async operate(key, ...rest) {
      assertKey(key);
      return await connection.operate(key, ...rest);
    },
    async apply(key, ...rest) {
      assertKey(key);
      return await connection.apply(key, ...rest);
    },
    async batch(entries, ...rest) {
      for (const { key } of entries) assertKey(key);
      return await connection.batch(entries, ...rest);
    },
    async query(query, ...rest) {
      assert(query.namespace);
      return await connection.query(query, ...rest);
    },
    async truncate(target, ...rest) {
      assert(target.namespace);
      await connection.truncate(target, ...rest);
    },
    // Modules, users and roles belong to the cluster, not to a namespace: one profile's fence must not be moved by it.
    registerUdf: () => Promise.reject(clusterWide()),
    removeUdf: () => Promise.reject(clusterWide()),
    security: {
      users: (context) => connection.security.users(context),
      self: async (context) => (await connection.security.self?.(context)) ?? null,
      roles: (context) => connection.security.roles(context),
      setPassword: (...args) => connection.security.setPassword(...args),
      createUser: () => Promise.reject(clusterWide()),
      dropUser: () => Promise.reject(clusterWide()),
      grantRoles: () => Promise.reject(clusterWide()),
      revokeRoles: () => Promise.reject(clusterWide()),
      async createRole(role: RoleFacts, context) {
        assertPrivileges(role.privileges);
        await connection.security.createRole(role, context);
      },
      dropRole: () => Promise.reject(clusterWide()),
      async grantPrivileges(role, privileges, context) {
        assertPrivileges(privileges);
        await connection.security.grantPrivileges(role, privileges, context);
      },
      revokePrivileges: () => Promise.reject(clusterWide()),
    },
    close: () => connection.close(),
  };
}

const filtered = (command: InfoCommand, answer: InfoAnswer, allowed: readonly string[]): InfoAnswer =>
  answer.ok ? { ...answer, text: filterNamespaces(command, answer.text, allowed) } : answer;

const outside = (allowed: readonly string[]): ToolError =>
  new ToolError(
    'refused',
    'This profile may not use that namespace.',
    `It may use: ${allowed.join(', ')}. A person can change that in Chatelaine.`,
  );

const clusterWide = (): ToolError =>
  new ToolError(
    'refused',
    'This profile is limited to some namespaces, and this changes the whole cluster.',
    'Use a profile without such a limit.',
  );
