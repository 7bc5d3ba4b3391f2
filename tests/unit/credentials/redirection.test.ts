import { describe, expect, it } from 'vitest';
import type { CredentialRecord } from '../../../electron/core/credentials/record.ts';
import { redirectsSecrets } from '../../../electron/core/credentials/redirection.ts';
import { akamai } from '../../../electron/core/providers/akamai.ts';

const record = {
  fields: { host: 'akab-x.luna.akamaiapis.net', accountSwitchKey: '1-ABCD' },
  secretKeys: ['clientToken', 'clientSecret', 'accessToken'],
} as unknown as CredentialRecord;
const secrets = { clientToken: 'a', clientSecret: 'b', accessToken: 'c' };

describe('an edit needs the person', () => {
  it.each<[string, Record<string, unknown>]>([
    ['it points the stored secrets at another host', { host: '127.0.0.1:9555' }],
    ['it lets them act for another account', { accountSwitchKey: '1-EVIL' }],
    ['it lets them act for the home account instead', { accountSwitchKey: null }],
    ['only some secrets are entered again', { host: '127.0.0.1:1', clientToken: 'a', clientSecret: 'b' }],
    ['a secret is “entered” as nothing', { ...secrets, host: '127.0.0.1:1', accessToken: '' }],
  ])('when %s', (_, changes) => expect(redirectsSecrets(akamai, record, changes)).toBe(true));
});

describe('an edit needs nobody', () => {
  it.each<[string, Record<string, unknown>]>([
    ['it changes notes and tags', { notes: 'x', tags: ['a'] }],
    ['it replaces a secret', { clientSecret: 'new' }],
    ['the host is only spelt differently', { host: 'https://AKAB-x.luna.akamaiapis.net/' }],
    ['all secrets are entered again with the new host', { host: 'akab-y.luna.akamaiapis.net', ...secrets }],
  ])('when %s', (_, changes) => expect(redirectsSecrets(akamai, record, changes)).toBe(false));
});
