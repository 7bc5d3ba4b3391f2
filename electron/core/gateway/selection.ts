import { nearest } from '../credentials/nearest.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import { Failure } from '../failure.ts';
import type { JsonObject } from '../workers/protocol.ts';
import type { Selector } from './tool-list.ts';

const mostNamesNamed = 20;

/**
 * Takes the selector out of the arguments and finds the credential it names among those granted. There is no default
 * and no current one: without a name the call is refused, unless exactly one credential is granted.
 */
export function selectCredential(
  args: JsonObject,
  selector: Selector,
  granted: readonly CredentialRecord[],
): { credential: CredentialRecord; rest: JsonObject } {
  const { [selector.argument]: name, ...rest } = args;
  const names = granted.map((credential) => credential.name);
  const [first] = granted;
  if (!first) {
    throw new Failure(
      'refused',
      `No ${selector.argument} is granted to this client.`,
      'Ask the person to add one in Chatelaine, or to grant one to this client.',
    );
  }
  if (name === undefined) {
    if (granted.length === 1) return { credential: first, rest };
    throw new Failure(
      'invalid-input',
      `\`${selector.argument}\` is missing.`,
      `Pass one of: ${listOf(names, selector)}.`,
    );
  }
  const found = granted.find((credential) => credential.name === name);
  if (found) return { credential: found, rest };
  const close = typeof name === 'string' ? nearest(name, names) : [];
  throw new Failure(
    'not-found',
    `There is no ${selector.argument} of that name for this client.`,
    close.length > 0 ? `Did you mean ${close.join(' or ')}?` : `Pass one of: ${listOf(names, selector)}.`,
  );
}

const listOf = (names: readonly string[], selector: Selector): string =>
  names.length <= mostNamesNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamesNamed).join(', ')} … (${selector.listTool} has all ${names.length})`;
