import { randomBytes } from 'node:crypto';

/** A value that nothing else contains, to be looked for wherever a secret must not be: `CANARY-<label>-<16 hex>`. */
export const canary = (label: string): string => `CANARY-${label}-${randomBytes(8).toString('hex')}`;

/** An Akamai customer section whose every secret is a canary. */
export const akamaiCanaries = (name: string) => ({
  name,
  host: 'akab-canary.luna.akamaiapis.net',
  clientToken: canary('clientToken'),
  clientSecret: canary('clientSecret'),
  accessToken: canary('accessToken'),
});
