import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { privilegeText, visiblePrivileges } from '../ops/privileges.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines } from '../ops/shapes.ts';

const UserRow = z.object({ user: z.string(), roles: z.array(z.string()), connections: z.int().nullable() });
const RoleRow = z.object({
  role: z.string(),
  privileges: z.array(z.string()),
  allowlist: z.array(z.string()),
  readQuota: z.number(),
  writeQuota: z.number(),
});

export const listUsers = defineTool({
  name: 'aerospike_list_users',
  title: 'List users and roles',
  description: 'Users with their roles, and what roles allow.',
  toolset: 'admin',
  role: 'admin',
  effect: 'read',
  input: z.object({ ...pageInput }),
  output: z.object({ users: z.array(UserRow), roles: z.array(RoleRow), ...pageOutput }),
  async run({ limit, cursor }, { connection, profile }: OpsServices, context) {
    const position = positionOf(cursor, 'users', 0);
    const [users, roles] = await Promise.all([connection.security.users(context), connection.security.roles(context)]);
    const named = [...users].sort((a, b) => a.user.localeCompare(b.user));
    const { rows, ...page } = slicePage(named, { position, limit, scope: 'users' });
    return {
      users: rows,
      // Roles come once, with the first page.
      roles: (position === 0 ? roles : []).map(({ role, privileges, allowlist, readQuota, writeQuota }) => ({
        role,
        privileges: visiblePrivileges(profile, privileges).map(privilegeText),
        allowlist: allowlist ?? [],
        readQuota: readQuota ?? 0,
        writeQuota: writeQuota ?? 0,
      })),
      ...page,
    };
  },
  text: ({ users, roles, ...page }) =>
    lines(
      roles.length > 0 &&
        table(
          'Roles',
          roles.map((row) => ({ ...row, readQuota: row.readQuota || null, writeQuota: row.writeQuota || null })),
          RoleRow.keyof().options,
        ),
      table('Users', users, UserRow.keyof().options, page),
    ),
});
