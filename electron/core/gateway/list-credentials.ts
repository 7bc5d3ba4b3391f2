import type { EffectivePolicy } from '../consent/policy.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import type { JsonObject } from '../workers/protocol.ts';
import type { Reply } from './reply.ts';

/** More rows would crowd out the conversation; `search` finds the others. */
const mostRows = 100;

/** The gateway's own tool: the names that this client may use, with what each effect needs. Asks no worker. */
export function listCredentials(
  argument: string,
  { search }: JsonObject,
  granted: readonly CredentialRecord[],
  policyOf: (credentialId: string) => EffectivePolicy,
): Reply {
  const key = `${argument}s`;
  const wanted = typeof search === 'string' ? search.toLowerCase() : '';
  const found = granted.filter(({ name, tags }) => [name, ...tags].some((text) => text.toLowerCase().includes(wanted)));
  const rows = found.slice(0, mostRows).map(({ id, name, tags, emulator }) => ({
    name,
    tags,
    emulator,
    ...policyOf(id).effects,
  }));
  const lines = rows.map(({ name, tags, emulator }) =>
    [name, tags.length > 0 ? `[${tags.join(', ')}]` : '', emulator ? '(emulator)' : ''].filter(Boolean).join(' '),
  );
  if (found.length > rows.length) lines.push(`… ${rows.length} of ${found.length}: pass \`search\` to narrow it down.`);
  return {
    ok: true,
    text: lines.join('\n') || `No ${key}${wanted ? ' match' : ' are granted to this client'}.`,
    structured: { [key]: rows, total: found.length },
    receipt: null,
  };
}
