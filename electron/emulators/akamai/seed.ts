import { createHash } from 'node:crypto';
import { buildAccount } from './seed-account.ts';
import type { ApiClient, IssuedCredential, Seed } from './model.ts';

const dayMs = 24 * 3600 * 1000;

/**
 * Four customers that differ in size and state: a plain one, a large one whose credential expires in nine days, one with
 * a huge rule tree, and an agency that acts in another account through a switch key.
 * Tokens and secrets derive from the names, so that stored demo credentials still fit after a restart.
 */
export function demoSeed(nowMs: number = Date.now()): Seed {
  const umbrella = buildAccount({ slug: 'umbrella', index: 4, groups: 3, properties: 9, zones: 4 });
  return [
    client({ name: 'acme-prod', index: 0, groups: 3, properties: 12, zones: 6, nowMs, daysLeft: 600 }),
    client({ name: 'globex', index: 1, groups: 14, properties: 230, zones: 70, nowMs, daysLeft: 9 }),
    client({ name: 'initech', index: 2, groups: 2, properties: 5, zones: 3, rules: 240, nowMs, daysLeft: 200 }),
    {
      ...client({ name: 'agency', index: 3, groups: 2, properties: 4, zones: 2, nowMs, daysLeft: 400 }),
      others: { '1-UMBR:Z-ELLA': umbrella },
      accountSwitchKey: '1-UMBR:Z-ELLA',
    },
  ];
}

/** `count` small customers named customer-001 …, for benches and crowds. */
export const crowdSeed = (count: number, nowMs: number = Date.now()): Seed =>
  Array.from({ length: count }, (_, index) =>
    client({
      name: `customer-${String(index + 1).padStart(3, '0')}`,
      index: 10 + index,
      groups: 2,
      properties: 4,
      zones: 2,
      nowMs,
      daysLeft: 30 + index * 10,
    }),
  );

interface ClientPlan {
  name: string;
  index: number;
  groups: number;
  properties: number;
  zones: number;
  rules?: number;
  nowMs: number;
  daysLeft: number;
}

function client({ name, nowMs, daysLeft, ...size }: ClientPlan): ApiClient {
  const accessToken = token(name, 'access');
  const issued = (generation: number, status: IssuedCredential['status'], days: number): IssuedCredential => ({
    credentialId: 100_000 + size.index * 100 + generation,
    clientToken: token(name, `client ${generation}`),
    clientSecret: digest(name, `secret ${generation}`).toString('base64'),
    accessToken,
    status,
    createdOn: new Date(nowMs + (days - 730) * dayMs).toISOString(),
    expiresOn: new Date(nowMs + days * dayMs).toISOString(),
    description: status === 'ACTIVE' ? 'Chatelaine' : 'replaced',
  });
  return {
    clientId: digest(name, 'id').toString('hex').slice(0, 16),
    clientName: name,
    accessToken,
    home: buildAccount({ slug: name, ...size }),
    others: {},
    credentials: [issued(1, 'INACTIVE', daysLeft - 365), issued(2, 'ACTIVE', daysLeft)],
  };
}

/** Of the form of Akamai's tokens. */
function token(name: string, purpose: string): string {
  const hex = digest(name, purpose).toString('hex');
  return `akab-${hex.slice(0, 16)}-${hex.slice(16, 32)}`;
}

const digest = (name: string, purpose: string): Buffer =>
  createHash('sha256').update(`chatelaine emulator ${name} ${purpose}`).digest();
