import type { Provider } from '../providers/provider.ts';
import type { SecretFields } from './secret.ts';
import type { CredentialRecord } from './record.ts';

type Input = Record<string, unknown>;

/**
 * The whole entry that an edit leads to, for the provider to check again. A field that is absent stays; '' or null clears
 * a field, except a secret: '' keeps it, since no form ever shows it, and null clears it only where it is optional.
 */
export const mergeInput = (
  provider: Provider,
  record: CredentialRecord,
  secrets: SecretFields,
  change: Input,
): Input => {
  const entry: Input = structuredClone(record.fields);
  for (const [key, secret] of Object.entries(secrets)) put(entry, key.split('.'), secret.reveal());
  const { name, tags, colour, notes, rotateEveryDays } = record;
  Object.assign(entry, { name, tags, colour, notes, rotateEveryDays });
  merge(entry, change, '', provider);
  return entry;
};

const merge = (entry: Input, change: Input, prefix: string, provider: Provider): void => {
  for (const [key, value] of Object.entries(change)) {
    const field = provider.fields.find((candidate) => candidate.key === prefix + key);
    const isCleared = value === '' || value === null;
    if (value === undefined || (field?.secret === true && isCleared && (value === '' || field.required))) continue;
    const below = get(entry, key);
    if (isObject(value)) {
      const target = isObject(below) ? below : {};
      merge(target, value, `${prefix}${key}.`, provider);
      set(entry, key, target);
    } else if (isCleared && field?.required !== true && prefix + key !== 'name') {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a plain record under our own hands
      delete entry[key];
    } else {
      set(entry, key, value);
    }
  }
};

const put = (entry: Input, [first = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    set(entry, first, value);
    return;
  }
  const below = get(entry, first);
  const target = isObject(below) ? below : {};
  put(target, rest, value);
  set(entry, first, target);
};

// A key such as __proto__ must be a field that the provider refuses: neither read nor written as the prototype.
const get = (entry: Input, key: string): unknown => (Object.hasOwn(entry, key) ? entry[key] : undefined);

const set = (entry: Input, key: string, value: unknown): void => {
  Object.defineProperty(entry, key, { value, enumerable: true, configurable: true, writable: true });
};

const isObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
