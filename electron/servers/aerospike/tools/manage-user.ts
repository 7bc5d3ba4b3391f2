import { z } from 'zod';
import type { Effect, JsonObject } from '../../../core/workers/protocol.ts';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { RoleFacts, UserFacts } from '../connection/connection.ts';
import { RoleName, UserName } from '../ops/names.ts';
import { maxPasswordBytes, typedPassword } from '../ops/password.ts';
import { assertStill } from '../ops/pinned.ts';
import { isAdministering, privilegeText, privilegeWords } from '../ops/privileges.ts';
import { assertUnlimited, type OpsServices } from '../ops/services.ts';

const Input = z.object({
  action: z.enum(['create', 'drop', 'grant', 'revoke', 'set-password']),
  user: UserName,
  roles: z.array(RoleName).min(1).max(32).optional(),
});
type Request = z.output<typeof Input>;

export const manageUser = defineTool({
  name: 'aerospike_manage_user',
  title: 'Manage a user',
  description: 'Creates or drops a user, grants or revokes roles, sets a password, which a person types in Chatelaine.',
  toolset: 'admin',
  role: 'admin',
  effect: 'destroy',
  example: { action: 'grant', user: 'app', roles: ['read-write'] },
  input: Input,
  output: z.object({ user: z.string(), done: z.string(), roles: z.array(z.string()) }),
  async plan(request, services: OpsServices, context) {
    const facts = await look(request, services, context);
    const { user, action } = request;
    const asks = action === 'create' || action === 'set-password';
    return {
      effect: effectOf(request, facts.given),
      sentence: sentenceOf(request, facts.given),
      preview: previewOf(request, facts),
      ...(asks ? { asks: { label: `New password of ${user} (at most ${maxPasswordBytes} bytes)` } } : {}),
    };
  },
  async run(request, services: OpsServices, context) {
    const { user, action, roles = [] } = request;
    const facts = await look(request, services, context);
    const preview = previewOf(request, facts);
    for (const member of ['rolesNow', 'allows']) assertStill(context.plan, member, preview[member]);
    const { security } = services.connection;
    switch (action) {
      case 'create':
        await security.createUser(user, typedPassword(context.typed), roles, context);
        break;
      case 'set-password':
        await security.setPassword(user, typedPassword(context.typed), context);
        break;
      case 'drop':
        await security.dropUser(user, context);
        break;
      case 'grant':
        await security.grantRoles(user, roles, context);
        break;
      case 'revoke':
        await security.revokeRoles(user, roles, context);
    }
    return { user, done: action, roles: rolesAfter(request, facts.user) };
  },
  text: ({ user, done, roles }) => `${done} done for ${user}. Roles: ${roles.join(', ') || 'none'}.`,
});

interface Looked {
  user: UserFacts | null;
  /** The roles of the request, as the cluster defines them now. */
  given: RoleFacts[];
}

/** Reads users and roles and refuses what could not succeed, or would cut off Chatelaine itself. */
async function look(request: Request, { connection, profile }: OpsServices, context: ToolContext): Promise<Looked> {
  const { action, user: name, roles = [] } = request;
  const needsRoles = action === 'grant' || action === 'revoke';
  if (needsRoles && roles.length === 0) throw invalid(`To ${action}, name the roles.`, 'Give "roles".');
  if (!needsRoles && action !== 'create' && roles.length > 0) {
    throw invalid(`The action ${action} takes no roles.`, 'Leave "roles" out.');
  }
  if (action !== 'grant' && action !== 'create' && name === profile.user) throw ownUser(name, action);
  assertUnlimited(profile, 'A user');
  const [users, known] = await Promise.all([connection.security.users(context), connection.security.roles(context)]);
  const user = users.find((candidate) => candidate.user === name) ?? null;
  if (action === 'create' && user) throw invalid(`There is a user ${name} already.`, 'Grant it roles instead.');
  if (action !== 'create' && !user) {
    const names = users.map((candidate) => candidate.user).slice(0, 20);
    throw new ToolError('not-found', `There is no user ${name}.`, `There is: ${names.join(', ')}.`);
  }
  const given = roles.map((role) => known.find((candidate) => candidate.role === role) ?? unknownRole(role, known));
  const held = (role: string): boolean => user?.roles.includes(role) ?? false;
  if (action === 'grant' && roles.every(held)) throw nothingToDo(name, 'already has', roles);
  if (action === 'revoke' && !roles.some(held)) throw nothingToDo(name, 'has none of', roles);
  return { user, given };
}

/** Old access ends with drop, revoke and a new password, and nobody gets it back by asking; a gift of power is as grave. */
const effectOf = ({ action }: Request, given: readonly RoleFacts[]): Effect =>
  (action === 'create' || action === 'grant') && !given.some(isAdministering) ? 'write' : 'destroy';

function sentenceOf({ action, user, roles = [] }: Request, given: readonly RoleFacts[]): string {
  const named = `${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}`;
  const allowed =
    given.length > 0 ? ` (${privilegeWords(given.flatMap(({ privileges }) => privileges)) || 'no privileges'})` : '';
  switch (action) {
    case 'create':
      return roles.length === 0
        ? `Create user ${user} without roles`
        : `Create user ${user} with the ${named}${allowed}`;
    case 'drop':
      return `Drop user ${user}: whoever signs in as it is locked out`;
    case 'grant':
      return `Give user ${user} the ${named}${allowed}`;
    case 'revoke':
      return `Take the ${named}${allowed} from user ${user}`;
    case 'set-password':
      return `Set a new password for user ${user}: the old one stops working at once`;
  }
}

const previewOf = (request: Request, { user, given }: Looked): JsonObject => ({
  user: request.user,
  action: request.action,
  rolesNow: user ? [...user.roles].sort() : null,
  rolesAfter: request.action === 'drop' ? null : rolesAfter(request, user),
  allows: Object.fromEntries(given.map(({ role, privileges }) => [role, privileges.map(privilegeText).sort()])),
  connections: user?.connections ?? null,
});

function rolesAfter({ action, roles = [] }: Request, user: UserFacts | null): string[] {
  const now = user?.roles ?? [];
  if (action === 'drop') return [];
  const after = action === 'revoke' ? now.filter((role) => !roles.includes(role)) : [...now, ...roles];
  return [...new Set(after)].sort();
}

const ownUser = (name: string, action: string): ToolError =>
  new ToolError(
    'refused',
    `${name} is the user that this profile signs in as; ${action} would cut Chatelaine off.`,
    'To change its password, rotate the profile in Chatelaine.',
  );

const nothingToDo = (user: string, how: string, roles: readonly string[]): ToolError =>
  invalid(`User ${user} ${how} ${roles.join(', ')}.`, 'There is nothing to change.');

const invalid = (message: string, hint: string): ToolError => new ToolError('invalid-input', message, hint);

function unknownRole(role: string, known: readonly RoleFacts[]): never {
  const names = known.map((candidate) => candidate.role).slice(0, 30);
  throw new ToolError('not-found', `There is no role ${role}.`, `There is: ${names.join(', ')}.`);
}
