import { z } from 'zod';

import { akamaiHostRule, parseAkamaiHost } from './akamai-host.ts';
import { entryFields, headerText, optional } from './entry-fields.ts';
import { defineProvider } from './provider.ts';

const Host = z.string('is required and must be text').transform((text, context) => {
  const parsed = parseAkamaiHost(text);
  if (parsed !== null) return parsed.host;
  context.issues.push({ code: 'custom', message: akamaiHostRule, input: text });
  return z.NEVER;
});

/** A customer section: what a section of an .edgerc file holds. */
const Section = z.strictObject({
  ...entryFields,
  host: Host,
  clientToken: headerText(1024),
  clientSecret: headerText(1024),
  accessToken: headerText(1024),
  accountSwitchKey: optional(headerText(128)),
});
type Section = z.infer<typeof Section>;

export const akamai = defineProvider({
  id: 'akamai',
  title: 'Akamai',
  selector: 'customer',
  toolNamePrefix: 'akamai',
  fields: [
    {
      key: 'host',
      label: 'Host',
      secret: false,
      required: true,
      directs: true,
      help: 'The API host of the API client. With or without https://.',
      placeholder: 'akab-xxxxxxxx.luna.akamaiapis.net',
    },
    {
      key: 'clientToken',
      label: 'Client token',
      secret: true,
      required: true,
      help: 'Names the credential of the API client; changes when it is rotated.',
      placeholder: 'akab-…',
    },
    {
      key: 'clientSecret',
      label: 'Client secret',
      secret: true,
      required: true,
      help: 'Shown by Akamai once, when the credential is created.',
    },
    {
      key: 'accessToken',
      label: 'Access token',
      secret: true,
      required: true,
      help: 'Ties the API client to its permissions; stays when the credential is rotated.',
      placeholder: 'akab-…',
    },
    {
      key: 'accountSwitchKey',
      label: 'Account switch key',
      secret: false,
      required: false,
      directs: true,
      help: 'The account to act in, for API clients that manage several. Leave empty for the home account.',
      placeholder: '1-ABCD:Z-XYZ',
    },
  ],
  draft: Section,
  isEmulator: ({ host }) => parseAkamaiHost(host)?.emulator === true,
  warnings: (section) => (parseAkamaiHost(section.host)?.emulator === true ? [] : unusual(section)),
  // Read by Akamai's CLI, its Terraform provider, its PowerShell module and its libraries (techdocs.akamai.com, Terraform
  // "Environment variables"). The section-named forms are left out: the plain ones are the default section's.
  environment: ({ host, accountSwitchKey }, { clientToken, clientSecret, accessToken }) => ({
    AKAMAI_HOST: typeof host === 'string' ? host : '',
    AKAMAI_CLIENT_TOKEN: clientToken?.reveal() ?? '',
    AKAMAI_CLIENT_SECRET: clientSecret?.reveal() ?? '',
    AKAMAI_ACCESS_TOKEN: accessToken?.reveal() ?? '',
    ...(typeof accountSwitchKey === 'string' ? { AKAMAI_ACCOUNT_KEY: accountSwitchKey } : {}),
  }),
});

/** The formats are those seen in public; Akamai promises none, so a mismatch is only said. */
const unusual = ({ clientToken, clientSecret, accessToken }: Section): string[] => {
  const token = /^aka[ab]-[a-z0-9]{16,}-[a-z0-9]{5,16}$/;
  const warnings = [];
  if (!token.test(clientToken)) warnings.push('The client token does not look like one (akab-…-…). Was it cut?');
  if (!/^[A-Za-z0-9+/]{43}=?$/.test(clientSecret)) {
    warnings.push('The client secret does not look like one (44 characters ending in =). Was it cut?');
  }
  if (!token.test(accessToken)) warnings.push('The access token does not look like one (akab-…-…). Was it cut?');
  if (clientToken === accessToken) warnings.push('Client token and access token are the same. Was one pasted twice?');
  return warnings;
};
