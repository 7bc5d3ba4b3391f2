import type { Provider } from '../providers/provider.ts';
import type { CredentialRecord } from './record.ts';

/**
 * Whether an edit needs the person. One that would send the stored secrets somewhere else, or make them act for somebody
 * else, without their being entered again: who may do that can read them, as by an export. And one that raises the
 * credential's own ceiling.
 */
export function redirectsSecrets(
  provider: Provider,
  record: CredentialRecord,
  changes: Record<string, unknown>,
): boolean {
  const isRedirected = provider.fields.some(({ key, directs }) => {
    const wanted = valueAt(changes, key);
    return directs === true && wanted !== undefined && plain(wanted) !== plain(valueAt(record.fields, key));
  });
  // A ceiling is raised by a person, whoever knows the secrets.
  if (provider.loosens(record.fields, changes)) return true;
  if (!isRedirected) return false;
  return !record.secretKeys.every((key) => {
    const entered = valueAt(changes, key);
    return typeof entered === 'string' && entered !== '';
  });
}

function valueAt(values: Record<string, unknown>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value instanceof Object ? (value as Record<string, unknown>)[key] : undefined),
      values,
    );
}

/** As the provider would store it, as far as that matters here: a mere difference in spelling is no redirection. */
const plain = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value ?? ''))
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(/^""$/, '');
