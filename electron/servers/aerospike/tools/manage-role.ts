import { isIP } from 'node:net';
import { z } from 'zod';
import type { Effect, JsonObject } from '../../../core/workers/protocol.ts';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Privilege, RoleFacts } from '../connection/connection.ts';
import { RoleName } from '../ops/names.ts';
import { assertStill } from '../ops/pinned.ts';
import {
  assertMayGive,
  isAdministering,
  isPredefined,
  privilegeOf,
  privilegeText,
  privilegeWords,
} from '../ops/privileges.ts';
import { assertUnlimited, type OpsServices } from '../ops/services.ts';

function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

const Network = z
  .string()
  .max(50)
  .regex(/^[0-9A-Fa-f.:/]+$/, 'write an address or a network, e.g. 10.1.0.0/16')
  .refine(isNetwork, 'write an address or a network, e.g. 10.1.0.0/16');
const Quota = z.int().min(0).max(2_000_000_000);

const Input = z.object({
  action: z.enum(['create', 'drop', 'grant', 'revoke']),
  role: RoleName,
  privileges: z.array(z.string().max(120)).min(1).max(32).describe('e.g. read-write:orders.users').optional(),
  allowlist: z.array(Network).max(64).optional(),
  readQuota: Quota.optional(),
  writeQuota: Quota.optional(),
});
type Request = z.output<typeof Input>;

export const manageRole = defineTool({
  name: 'aerospike_manage_role',
  title: 'Manage a role',
  description: 'Creates (with networks and quotas) or drops a role, grants it privileges or revokes them.',
  toolset: 'admin',
  role: 'admin',
  effect: 'destroy',
  example: { action: 'create', role: 'orders-reader', privileges: ['read:orders'], readQuota: 5000 },
  input: Input,
  output: z.object({ role: z.string(), done: z.string(), privileges: z.array(z.string()) }),
  async plan(request, services: OpsServices, context) {
    const looked = await look(request, services, context);
    return {
      effect: effectOf(request, looked),
      sentence: sentenceOf(request, looked),
      preview: previewOf(request, looked),
    };
  },
  async run(request, services: OpsServices, context) {
    const looked = await look(request, services, context);
    const preview = previewOf(request, looked);
    for (const member of ['privilegesNow', 'heldBy']) assertStill(context.plan, member, preview[member]);
    const { security } = services.connection;
    const { role, action, allowlist, readQuota, writeQuota } = request;
    const { privileges } = looked;
    switch (action) {
      case 'create':
        await security.createRole({ role, privileges, ...present({ allowlist, readQuota, writeQuota }) }, context);
        break;
      case 'drop':
        await security.dropRole(role, context);
        break;
      case 'grant':
        await security.grantPrivileges(role, privileges, context);
        break;
      case 'revoke':
        await security.revokePrivileges(role, privileges, context);
    }
    return { role, done: action, privileges: after(request, looked) ?? [] };
  },
  text: ({ role, done, privileges }) =>
    `${done} done for role ${role}. It allows: ${privileges.join(', ') || 'nothing'}.`,
});

interface Looked {
  now: RoleFacts | null;
  /** Of the request. */
  privileges: Privilege[];
  heldBy: string[];
}

async function look(request: Request, { connection, profile }: OpsServices, context: ToolContext): Promise<Looked> {
  const { action, role } = request;
  const privileges = (request.privileges ?? []).map(privilegeOf);
  if (action !== 'drop' && privileges.length === 0)
    throw invalid(`To ${action}, name the privileges.`, 'Give "privileges".');
  if (action === 'drop' && privileges.length > 0) throw invalid('Dropping takes no privileges.', 'Leave them out.');
  if (action !== 'create' && (request.allowlist ?? request.readQuota ?? request.writeQuota) !== undefined) {
    throw invalid('Networks and quotas are set when a role is created.', 'Create a new role with them.');
  }
  if (isPredefined(role)) {
    throw new ToolError(
      'refused',
      `The role ${role} is predefined: the server lets nobody change or drop it.`,
      'Create a role with the privileges that are wanted.',
    );
  }
  const [users, roles] = await Promise.all([connection.security.users(context), connection.security.roles(context)]);
  const now = roles.find((candidate) => candidate.role === role) ?? null;
  if (action === 'create' && now) throw invalid(`There is a role ${role} already.`, 'Grant it privileges instead.');
  if (action !== 'create' && !now) {
    const names = roles.map((candidate) => candidate.role).slice(0, 30);
    throw new ToolError('not-found', `There is no role ${role}.`, `There is: ${names.join(', ')}.`);
  }
  if (action === 'drop' || action === 'revoke') assertUnlimited(profile, 'Less of a role');
  else assertMayGive(profile, privileges);
  const heldBy = users.filter((user) => user.roles.includes(role)).map(({ user }) => user);
  if (action !== 'create' && action !== 'grant' && profile.user && heldBy.includes(profile.user)) {
    throw new ToolError(
      'refused',
      `This profile's own user holds ${role}; less of it could cut Chatelaine off.`,
      'Use a profile with another user.',
    );
  }
  return { now, privileges, heldBy: heldBy.sort() };
}

/** Taking away breaks whoever relies on it; giving the power to administer is as grave. */
const effectOf = ({ action, role }: Request, { privileges }: Looked): Effect =>
  (action === 'create' || action === 'grant') && !isAdministering({ role, privileges }) ? 'write' : 'destroy';

function sentenceOf(
  { action, role, allowlist = [], readQuota, writeQuota }: Request,
  { privileges, heldBy }: Looked,
): string {
  const words = privilegeWords(privileges);
  const holders =
    heldBy.length === 0
      ? 'nobody holds it'
      : `held by ${heldBy.slice(0, 5).join(', ')}${heldBy.length > 5 ? ` and ${heldBy.length - 5} more` : ''}`;
  const limits = [
    allowlist.length > 0 ? `from ${allowlist.join(', ')} only` : '',
    readQuota ? `${readQuota} reads/s` : '',
    writeQuota ? `${writeQuota} writes/s` : '',
  ].filter((text) => text !== '');
  switch (action) {
    case 'create':
      return `Create role ${role} allowing ${[words, ...limits].join(', ')}`;
    case 'drop':
      return `Drop role ${role} (${holders})`;
    case 'grant':
      return `Let role ${role} ${words} as well (${holders})`;
    case 'revoke':
      return `Take ${words} from role ${role} (${holders})`;
  }
}

const previewOf = (request: Request, looked: Looked): JsonObject => ({
  role: request.role,
  action: request.action,
  privilegesNow: looked.now ? looked.now.privileges.map(privilegeText).sort() : null,
  privilegesAfter: after(request, looked),
  heldBy: looked.heldBy,
  ...present({ allowlist: request.allowlist, readQuota: request.readQuota, writeQuota: request.writeQuota }),
});

function after({ action }: Request, { now, privileges }: Looked): string[] | null {
  if (action === 'drop') return null;
  const held = (now?.privileges ?? []).map(privilegeText);
  const named = privileges.map(privilegeText);
  return [...new Set(action === 'revoke' ? held.filter((text) => !named.includes(text)) : [...held, ...named])].sort();
}

const invalid = (message: string, hint: string): ToolError => new ToolError('invalid-input', message, hint);

/** Without the members that are undefined. */
const present = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  // Object.entries loses which member has which type; the filter keeps members as they are.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
