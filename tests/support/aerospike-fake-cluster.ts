import type {
  ClusterNode,
  Connection,
  InfoAnswer,
  RoleFacts,
  SecurityAdmin,
  UserFacts,
} from '../../electron/servers/aerospike/connection/connection.ts';
import type { Bins } from '../../electron/servers/aerospike/values/typed-json.ts';
import type { OpsServices } from '../../electron/servers/aerospike/ops/services.ts';
import type { ToolContext } from '../../electron/servers/kit/define-tool.ts';
import { ToolError } from '../../electron/servers/kit/tool-error.ts';

/** Answers of one node by the whole text of the command. A node without answers is silent. */
export interface FakeNode {
  id: string;
  answers: ReadonlyMap<string, string> | null;
}

export interface FakeCluster {
  connection: Connection;
  /** Every info command that reached the wire, as `node command`. */
  asked: string[];
  /** Every call of the security port that changes something. */
  secured: string[];
  users: UserFacts[];
  roles: RoleFacts[];
}

/**
 * A cluster in memory behind the port: info commands are answered from each node's table, users and roles are kept.
 * What a node has no answer for it refuses as the server does (code 4). Records: the same for every query.
 */
export function fakeCluster(
  nodes: readonly FakeNode[],
  { records = [], users = [], roles = [] }: { records?: Bins[]; users?: UserFacts[]; roles?: RoleFacts[] } = {},
): FakeCluster {
  const asked: string[] = [];
  const secured: string[] = [];
  const known: ClusterNode[] = nodes.map(({ id }) => ({ id, address: `${id.toLowerCase()}.test:3000` }));

  const answer = ({ id, answers }: FakeNode, command: string): InfoAnswer => {
    asked.push(`${id} ${command}`);
    if (answers === null) return { node: id, ok: false, code: -1, message: 'timeout' };
    const text = answers.get(command);
    if (text === undefined) return { node: id, ok: false, code: 4, message: 'unrecognized command' };
    const refusal = /^ERROR:(\d+):(.*)$/.exec(text);
    return refusal
      ? { node: id, ok: false, code: Number(refusal[1]), message: refusal[2] ?? '' }
      : { node: id, ok: true, text };
  };

  const notHere = (): Promise<never> => Promise.reject(new ToolError('internal', 'Not in this fake.', 'Extend it.'));
  const connection: Connection = {
    nodes: () => Promise.resolve(known),
    info(command, from) {
      const chosen =
        from === 'all'
          ? nodes
          : from === 'any'
            ? nodes.filter(({ answers }) => answers).slice(0, 1)
            : nodes.filter(({ id }) => id === from.node);
      return Promise.resolve(chosen.map((node) => answer(node, command)));
    },
    query: ({ maxRecords, namespace, set }) =>
      Promise.resolve({
        records: records.slice(0, maxRecords).map((bins, index) => ({
          key: { namespace, set, key: index },
          bins,
          generation: 1,
          ttlSeconds: null,
          partition: 0,
          slot: 0,
        })),
        isCut: false,
        isPartial: false,
      }),
    get: notHere,
    put: notHere,
    remove: notHere,
    operate: notHere,
    apply: notHere,
    batch: notHere,
    truncate: notHere,
    registerUdf: notHere,
    removeUdf: notHere,
    security: fakeSecurity(users, roles, secured),
    close: () => undefined,
  };
  return { connection, asked, secured, users, roles };
}

function fakeSecurity(users: UserFacts[], roles: RoleFacts[], secured: string[]): SecurityAdmin {
  const user = (name: string): UserFacts => {
    const found = users.find((candidate) => candidate.user === name);
    if (!found) throw new ToolError('not-found', `There is no user ${name}.`, '');
    return found;
  };
  const done = (what: string): Promise<void> => {
    secured.push(what);
    return Promise.resolve();
  };
  return {
    users: () => Promise.resolve(structuredClone(users)),
    roles: () => Promise.resolve(structuredClone(roles)),
    createUser(name, password, given) {
      users.push({ user: name, roles: [...given], connections: 0 });
      return done(`createUser ${name} ${password} ${given.join(',')}`);
    },
    dropUser(name) {
      users.splice(users.indexOf(user(name)), 1);
      return done(`dropUser ${name}`);
    },
    setPassword: (name, password) => done(`setPassword ${name} ${password}`),
    grantRoles(name, given) {
      user(name).roles.push(...given);
      return done(`grantRoles ${name} ${given.join(',')}`);
    },
    revokeRoles(name, taken) {
      user(name).roles = user(name).roles.filter((role) => !taken.includes(role));
      return done(`revokeRoles ${name} ${taken.join(',')}`);
    },
    createRole(role) {
      roles.push(role);
      return done(`createRole ${JSON.stringify(role)}`);
    },
    dropRole: (role) => done(`dropRole ${role}`),
    grantPrivileges: (role, privileges) => done(`grantPrivileges ${role} ${JSON.stringify(privileges)}`),
    revokePrivileges: (role, privileges) => done(`revokePrivileges ${role} ${JSON.stringify(privileges)}`),
  };
}

export const servicesOf = (
  { connection }: Pick<FakeCluster, 'connection'>,
  profile: Partial<OpsServices['profile']> = {},
): OpsServices => ({ connection, profile: { namespaces: null, user: null, ...profile } });

export const toolContext = (more: Partial<ToolContext> = {}): ToolContext => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  plan: null,
  typed: null,
  ...more,
});
