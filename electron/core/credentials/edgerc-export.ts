import { Failure } from '../failure.ts';
import type { CredentialRecord } from './record.ts';
import type { SecretFields } from './secret.ts';

/** A customer section as the text of an .edgerc file, as every Akamai tool reads it. Holds the secrets in clear. */
export const writeEdgerc = (record: Pick<CredentialRecord, 'name' | 'fields'>, secrets: SecretFields): string => {
  if (record.name.includes(']')) {
    const message = 'A section of an .edgerc file cannot have a ] in its name. Nothing was exported.';
    throw new Failure('invalid-input', message, 'Rename the credential first.');
  }
  const { host, accountSwitchKey } = record.fields;
  const { clientToken, clientSecret, accessToken } = secrets;
  const pairs: [string, string | undefined][] = [
    ['client_secret', clientSecret?.reveal()],
    ['host', typeof host === 'string' ? host : undefined],
    ['access_token', accessToken?.reveal()],
    ['client_token', clientToken?.reveal()],
    ['account_key', typeof accountSwitchKey === 'string' ? accountSwitchKey : undefined],
  ];
  const lines = pairs.map(([key, value]) => (value === undefined ? '' : `${key} = ${quoted(value)}\n`));
  return `[${record.name}]\n${lines.join('')}`;
};

/** Only a value that begins with a quote needs quotes; it never has spaces or line ends. */
const quoted = (value: string): string => (/^["']/.test(value) ? `"${value}"` : value);
