import { ok } from './answers.ts';
import type { ApiClient, IssuedCredential, Json } from './model.ts';
import type { Route, RouteRequest } from './route.ts';

const self = '/identity-management/v3/api-clients/self';

/**
 * Identity and Access Management, the API client's own corner. Issuing, deactivating and deleting credentials belongs
 * here too: `ApiClient.credentials` is the issuer's list, and the verifier reads it at each request.
 */
export const identityRoutes: readonly Route[] = [
  { method: 'GET', template: self, answer: (request) => ok(selfJson(request)) },
  {
    method: 'GET',
    template: `${self}/credentials`,
    answer: ({ client, query }) => ok(client.credentials.map((item) => credentialJson(item, query.has('actions')))),
  },
  {
    method: 'GET',
    template: `${self}/account-switch-keys`,
    answer: ({ client, query }) => {
      const search = (query.get('search') ?? '').toLowerCase();
      const keys = Object.entries(client.others).map(([accountSwitchKey, { accountName }]) => ({
        accountSwitchKey,
        accountName,
      }));
      return ok(keys.filter(({ accountName }) => accountName.toLowerCase().includes(search)));
    },
  },
];

function selfJson({ client, query, headers }: RouteRequest): Json {
  const wants = (name: string): boolean => query.get(name) === 'true';
  return {
    accessToken: client.accessToken,
    baseURL: `http://${String(headers.host)}`,
    clientId: client.clientId,
    clientName: client.clientName,
    clientDescription: 'Chatelaine emulator',
    clientType: 'CLIENT',
    createdBy: 'jperez',
    createdDate: '2025-01-09T10:43:49.000Z',
    authorizedUsers: ['jperez'],
    notificationEmails: ['you@example.com'],
    isLocked: false,
    activeCredentialCount: client.credentials.filter(({ status }) => status === 'ACTIVE').length,
    allowAccountSwitch: isAgency(client),
    canAutoCreateCredential: true,
    purgeOptions: {
      canPurgeByCpcode: false,
      canPurgeByCacheTag: false,
      cpcodeAccess: { allCurrentAndNewCpcodes: true, cpcodes: [] },
    },
    ...(wants('credentials') && {
      credentials: client.credentials.map((item) => credentialJson(item, wants('actions'))),
    }),
    ...(wants('actions') && { actions: { edit: true, lock: false, unlock: false, delete: false } }),
    ...(wants('ipAcl') && { ipAcl: { enable: false, cidr: [] } }),
    ...(wants('apiAccess') && { apiAccess: { allAccessibleApis: false, apis: grantedApis } }),
    ...(wants('groupAccess') && { groupAccess: { cloneAuthorizedUserGroups: true, groups: grantedGroups(client) } }),
  };
}

const isAgency = (client: ApiClient): boolean => Object.keys(client.others).length > 0;

const grantedApis: Json = [
  { apiId: 5101, apiName: 'Property Manager (PAPI)', accessLevel: 'READ-WRITE', endPoint: '/papi' },
  { apiId: 5102, apiName: 'DNS—Zone Record Management', accessLevel: 'READ-ONLY', endPoint: '/config-dns' },
  { apiId: 5103, apiName: 'CCU APIs', accessLevel: 'READ-WRITE', endPoint: '/ccu' },
];

const grantedGroups = ({ home }: ApiClient): Json =>
  home.groups.slice(0, 3).map(({ groupId, groupName }) => ({
    groupId: Number(groupId.slice(4)),
    groupName,
    isBlocked: false,
    roleId: 14_283,
    roleName: 'Editor',
    roleDescription: 'May edit',
    subGroups: [],
  }));

const credentialJson = (item: IssuedCredential, withActions: boolean): Json => ({
  credentialId: item.credentialId,
  clientToken: item.clientToken,
  createdOn: item.createdOn,
  expiresOn: item.expiresOn,
  status: item.status,
  description: item.description,
  maxAllowedExpiry: new Date(Date.parse(item.createdOn) + 2 * 365 * 24 * 3600 * 1000).toISOString(),
  ...(withActions && {
    actions: {
      delete: item.status === 'INACTIVE',
      activate: true,
      deactivate: true,
      editDescription: true,
      editExpiration: true,
    },
  }),
});
