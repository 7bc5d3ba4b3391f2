import type { KnownCredential } from './verify.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Version {
  propertyVersion: number;
  updatedByUser: string;
  updatedDate: string;
  stagingStatus: 'ACTIVE' | 'INACTIVE';
  productionStatus: 'ACTIVE' | 'INACTIVE';
  etag: string;
  note: string;
}

export interface Property {
  propertyId: string;
  propertyName: string;
  contractId: string;
  groupId: string;
  hostnames: { cnameFrom: string; cnameTo: string }[];
  /** Newest first. */
  versions: Version[];
  rules: Json;
  activations: Record<string, Json>[];
  note: string;
}

export interface Zone {
  zone: string;
  type: 'PRIMARY' | 'SECONDARY';
  contractId: string;
  tsigSecret: string | null;
  recordSets: { name: string; type: string; ttl: number; rdata: string[] }[];
}

export interface Account {
  accountId: string;
  accountName: string;
  contracts: { contractId: string; contractTypeName: string }[];
  groups: { groupId: string; groupName: string; parentGroupId?: string; contractIds: string[] }[];
  properties: Property[];
  zones: Zone[];
}

/** A credential as the issuer keeps it. A client has several while it is being rotated. */
export interface IssuedCredential extends KnownCredential {
  credentialId: number;
  createdOn: string;
  expiresOn: string;
  description: string;
}

export interface ApiClient {
  clientId: string;
  /** Also the name of its section. */
  clientName: string;
  accessToken: string;
  home: Account;
  /** Accounts by account switch key; empty for a client that may not switch. */
  others: Record<string, Account>;
  /** The switch key that the section carries, if any. */
  accountSwitchKey?: string;
  credentials: IssuedCredential[];
}

/** What an emulator starts with. */
export type Seed = ApiClient[];

export interface LoggedRequest {
  atMs: number;
  method: string;
  /** With its query. */
  path: string;
  status: number;
  /** The client token that the request named; null without a readable Authorization header. */
  clientToken: string | null;
  /** Whether its signature was made with that client token's secret. */
  isVerified: boolean;
  /** Of the account that answered. */
  accountId: string | null;
  /** The first 4 kB of a body. */
  body: string;
}
