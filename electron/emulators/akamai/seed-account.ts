import { createHash } from 'node:crypto';
import type { Account, Property, Version, Zone } from './model.ts';
import { ruleTree } from './seed-rules.ts';

export interface AccountPlan {
  /** In every name, so that an answer of the wrong customer shows at a glance. */
  slug: string;
  index: number;
  groups: number;
  properties: number;
  zones: number;
  /** Rules in the first property's tree; the others have a handful. */
  rules?: number;
}

/** A little account whose names and ids occur in no other. */
export function buildAccount({ slug, index, groups, properties, zones, rules = 6 }: AccountPlan): Account {
  const code = slug
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 10);
  const contracts = ['C', 'M'].map((kind, at) => ({
    contractId: `ctr_${kind}-${code}`,
    contractTypeName: at === 0 ? 'DIRECT_CUSTOMER' : 'MARKETPLACE',
  }));
  const contractId = `ctr_C-${code}`;
  const groupId = (at: number): string => `grp_${100_000 + index * 1000 + at}`;
  return {
    accountId: `act_A-${code}`,
    accountName: `${slug} Inc.`,
    contracts,
    groups: Array.from({ length: groups }, (_, at) => ({
      groupId: groupId(at),
      groupName: at === 0 ? slug : `${slug} ${['Web', 'Shop', 'Media', 'Mobile', 'Labs'][at % 5] ?? ''} ${at}`,
      ...(at > 0 && { parentGroupId: groupId(0) }),
      contractIds: at % 5 === 1 ? contracts.map((contract) => contract.contractId) : [contractId],
    })),
    properties: Array.from({ length: properties }, (_, at) =>
      property({ slug, id: 1_000_000 + index * 1000 + at, at, contractId, groupId: groupId(at % groups), rules }),
    ),
    zones: Array.from({ length: zones }, (_, at) => zone(slug, at, contractId)),
  };
}

interface PropertyPlan {
  slug: string;
  id: number;
  at: number;
  contractId: string;
  groupId: string;
  rules: number;
}

function property({ slug, id, at, contractId, groupId, rules }: PropertyPlan): Property {
  const propertyId = `prp_${id}`;
  const site = `${['www', 'shop', 'api', 'img', 'm'][at % 5] ?? 'x'}${at}.${slug}.example`;
  const versions = Array.from({ length: 2 + (at % 4) }, (_, n): Version => version(propertyId, n + 1)).reverse();
  const [latest, before] = versions;
  if (latest) latest.stagingStatus = 'ACTIVE';
  if (before) before.productionStatus = 'ACTIVE';
  const newest = versions.length;
  return {
    propertyId,
    propertyName: `${site}_pm`,
    contractId,
    groupId,
    hostnames: [{ cnameFrom: site, cnameTo: `${site}.edgesuite.net` }],
    versions,
    rules: ruleTree(site, at === 0 ? rules : 6),
    activations: [
      activation({ propertyId, name: `${site}_pm`, version: newest, network: 'STAGING', n: id * 10 + 2 }),
      activation({ propertyId, name: `${site}_pm`, version: newest - 1, network: 'PRODUCTION', n: id * 10 + 1 }),
    ],
    note: `Serves ${site}`,
  };
}

const version = (propertyId: string, number: number): Version => ({
  propertyVersion: number,
  updatedByUser: 'jperez',
  updatedDate: `2026-0${1 + (number % 9)}-1${number % 9}T09:00:00Z`,
  stagingStatus: 'INACTIVE',
  productionStatus: 'INACTIVE',
  etag: createHash('sha256').update(`${propertyId} ${number}`).digest('hex').slice(0, 32),
  note: number === 1 ? 'initial version' : 'updated caching',
});

const activation = (plan: {
  propertyId: string;
  name: string;
  version: number;
  network: 'STAGING' | 'PRODUCTION';
  n: number;
}): Property['activations'][number] => ({
  activationId: `atv_${plan.n}`,
  propertyName: plan.name,
  propertyId: plan.propertyId,
  propertyVersion: plan.version,
  network: plan.network,
  activationType: 'ACTIVATE',
  status: 'ACTIVE',
  submitDate: '2026-05-02T02:22:12Z',
  updateDate: '2026-05-02T02:31:40Z',
  note: 'Sample activation',
  notifyEmails: ['you@example.com'],
  fallbackInfo: { fastFallbackAttempted: false, fallbackVersion: 1, canFastFallback: plan.network === 'PRODUCTION' },
});

function zone(slug: string, at: number, contractId: string): Zone {
  const name = at === 0 ? `${slug}.example` : `z${at}.${slug}.example`;
  const isSecondary = at % 3 === 2;
  return {
    zone: name,
    type: isSecondary ? 'SECONDARY' : 'PRIMARY',
    contractId: contractId.replace(/^ctr_/, ''),
    tsigSecret: isSecondary ? createHash('sha512').update(`tsig ${name}`).digest('base64') : null,
    recordSets: [
      { name, type: 'SOA', ttl: 86_400, rdata: [`a1-1.akam.net. hostmaster.${name}. 1 3600 600 604800 300`] },
      { name, type: 'NS', ttl: 86_400, rdata: ['a1-1.akam.net.', 'a2-2.akam.net.'] },
      { name: `www.${name}`, type: 'CNAME', ttl: 300, rdata: [`www.${name}.edgesuite.net.`] },
      { name, type: 'TXT', ttl: 300, rdata: ['"v=spf1 -all"'] },
      ...Array.from({ length: at === 0 ? 60 : 2 }, (_, n) => ({
        name: `host${n}.${name}`,
        type: 'A',
        ttl: 300,
        rdata: [`192.0.2.${1 + (n % 250)}`],
      })),
    ],
  };
}
