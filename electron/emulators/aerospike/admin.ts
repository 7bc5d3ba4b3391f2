import { adminCommands } from './admin-commands.ts';
import { encodeAdmin, endOfList, readAdmin, resultOf } from './admin-codec.ts';
import { code, Refusal, refuse } from './codes.ts';
import type { Place } from './session.ts';

/** Answers a request of the security protocol: logins, users, roles. */
export function answerAdmin(body: Buffer, place: Place): Buffer {
  const { cluster, session } = place;
  try {
    const { users } = cluster;
    if (!users)
      return resultOf(cluster.edition === 'community' ? code.securityNotSupported : code.securityNotConfigured);
    const request = readAdmin(body);
    const command = adminCommands[request.command] ?? refuse(code.securityCommand);
    if (!command.isOpen && session.user === null) refuse(code.notAuthenticated);
    const blocks = command.run({ ...place, users, ...request });
    if (command.isList) return Buffer.concat([...blocks.map(encodeAdmin), endOfList()]);
    const [block] = blocks;
    return block ? encodeAdmin(block) : resultOf(code.ok);
  } catch (error) {
    if (error instanceof Refusal) return resultOf(error.code);
    throw error;
  }
}
