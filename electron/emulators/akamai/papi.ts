import { ok, problem, type RouteAnswer } from './answers.ts';
import type { Json, Property, Version } from './model.ts';
import type { Route, RouteRequest } from './route.ts';

const base = '/papi/v1';
const one = `${base}/properties/{propertyId}`;

/** Property Manager: what it answers follows the examples of its public description. */
export const papiRoutes: readonly Route[] = (
  [
    [
      'GET',
      `${base}/contracts`,
      ({ account }) => ok({ accountId: account.accountId, contracts: { items: account.contracts } }),
    ],
    [
      'GET',
      `${base}/groups`,
      ({ account: { accountId, accountName, groups } }) => ok({ accountId, accountName, groups: { items: groups } }),
    ],
    ['GET', `${base}/products`, products],
    ['GET', `${base}/properties`, propertiesOfGroup],
    ['POST', `${base}/search/find-by-value`, findByValue],
    [
      'GET',
      one,
      (request) => withProperty(request, (property) => ok({ properties: { items: [summary(request, property)] } })),
    ],
    ['GET', `${one}/versions`, (request) => withProperty(request, (property) => versions(request, property))],
    ['GET', `${one}/versions/latest`, latest],
    [
      'GET',
      `${one}/versions/{version}`,
      (request) => withVersion(request, (property, version) => ok(versionList(request, property, [version]))),
    ],
    [
      'GET',
      `${one}/versions/{version}/rules`,
      (request) => withVersion(request, (property, version) => rules(request, property, version)),
    ],
    [
      'GET',
      `${one}/versions/{version}/hostnames`,
      (request) =>
        withVersion(request, (property, version) =>
          ok({
            ...place(request, property),
            propertyId: property.propertyId,
            propertyVersion: version.propertyVersion,
            etag: version.etag,
            hostnames: {
              items: property.hostnames.map((name) => ({
                cnameType: 'EDGE_HOSTNAME',
                certProvisioningType: 'CPS_MANAGED',
                ...name,
              })),
            },
          }),
        ),
    ],
    [
      'GET',
      `${one}/activations`,
      (request) =>
        withProperty(request, (property) =>
          ok({ ...place(request, property), activations: { items: property.activations } }),
        ),
    ],
  ] satisfies [Route['method'], string, Route['answer']][]
).map(([method, template, answer]) => ({
  method,
  template,
  answer: (request) => prefixed(request) ?? answer(request),
}));

/** The description requires the header; its absence would change the form of every id. */
const prefixed = ({ headers, path }: RouteRequest): RouteAnswer | null =>
  headers['papi-use-prefixes'] === 'true' ? null : problem(400, 'PAPI-Use-Prefixes is missing', path);

function propertiesOfGroup(request: RouteRequest): RouteAnswer {
  const { account, query, path } = request;
  const group = account.groups.find(({ groupId }) => groupId === query.get('groupId'));
  const contractId = query.get('contractId');
  if (!group) return problem(403, 'You do not have access to this group', path);
  if (contractId === null || !group.contractIds.includes(contractId)) return problem(400, 'Unknown contractId', path);
  const items = account.properties
    .filter((property) => property.groupId === group.groupId && property.contractId === contractId)
    .map((property) => summary(request, property));
  return ok(
    { properties: { items } },
    { 'X-Limit-Properties-Per-Contract-Limit': '500', 'X-Limit-Properties-Per-Contract-Remaining': '270' },
  );
}

function products({ account, query, path }: RouteRequest): RouteAnswer {
  const contractId = query.get('contractId');
  if (!account.contracts.some((contract) => contract.contractId === contractId))
    return problem(404, 'No such contract', path);
  const items = [
    { productName: 'Ion', productId: 'prd_Fresca' },
    { productName: 'Adaptive Media', productId: 'prd_AMD' },
  ];
  return ok({ accountId: account.accountId, contractId, products: { items } });
}

function findByValue(request: RouteRequest): RouteAnswer {
  const { account, body, path } = request;
  const [entry] = Object.entries(typeof body === 'object' && body !== null ? body : {});
  if (!entry) return problem(400, 'One of propertyName, hostname, edgeHostname, includeName is needed', path);
  const [by, value] = entry;
  const found = account.properties.filter(({ propertyName, hostnames }) =>
    by === 'propertyName'
      ? propertyName === value
      : hostnames.some(({ cnameFrom, cnameTo }) => (by === 'hostname' ? cnameFrom : cnameTo) === value),
  );
  const items = found.flatMap((property) =>
    property.versions
      .filter(({ stagingStatus, productionStatus }) => stagingStatus === 'ACTIVE' || productionStatus === 'ACTIVE')
      .map(({ propertyVersion, updatedByUser, updatedDate, stagingStatus, productionStatus }) => ({
        ...place(request, property),
        propertyId: property.propertyId,
        propertyName: property.propertyName,
        propertyVersion,
        updatedByUser,
        updatedDate,
        stagingStatus,
        productionStatus,
        ...(by === 'hostname' && { hostname: value }),
      })),
  );
  return ok({ versions: { items } });
}

function versions(request: RouteRequest, property: Property): RouteAnswer {
  const offset = Number(request.query.get('offset') ?? 0);
  const limit = Number(request.query.get('limit') ?? 500);
  return ok(versionList(request, property, property.versions.slice(offset, offset + limit)));
}

const versionList = (request: RouteRequest, property: Property, list: Version[]): Json => ({
  ...place(request, property),
  propertyId: property.propertyId,
  propertyName: property.propertyName,
  versions: { items: list.map((version) => ({ ...version, productId: 'prd_Fresca' })) },
});

function latest(request: RouteRequest): RouteAnswer {
  return withProperty(request, (property) => {
    const query = `contractId=${property.contractId}&groupId=${property.groupId}`;
    const link = `${base}/properties/${property.propertyId}/versions/${newest(property)}?${query}`;
    return { status: 302, headers: { Location: link }, body: { versionLink: link } };
  });
}

const rules = (request: RouteRequest, property: Property, version: Version): RouteAnswer =>
  ok(
    {
      ...place(request, property),
      propertyId: property.propertyId,
      propertyVersion: version.propertyVersion,
      etag: version.etag,
      ruleFormat: 'v2025-02-18',
      rules: property.rules,
    },
    { ETag: `"${version.etag}"` },
  );

const place = ({ account }: RouteRequest, { contractId, groupId, propertyId }: Property): Record<string, Json> => ({
  accountId: account.accountId,
  contractId,
  groupId,
  assetId: `aid_${propertyId.slice(4)}`,
});

function summary(request: RouteRequest, property: Property): Json {
  const active = (status: 'stagingStatus' | 'productionStatus'): number | null =>
    property.versions.find((version) => version[status] === 'ACTIVE')?.propertyVersion ?? null;
  return {
    ...place(request, property),
    propertyId: property.propertyId,
    propertyName: property.propertyName,
    latestVersion: newest(property),
    stagingVersion: active('stagingStatus'),
    productionVersion: active('productionStatus'),
    note: property.note,
  };
}

const newest = ({ versions: [first] }: Property): number => first?.propertyVersion ?? 1;

function withProperty(request: RouteRequest, answer: (property: Property) => RouteAnswer): RouteAnswer {
  const id = request.params.propertyId?.replace(/^(?:prp_)?/, 'prp_');
  const property = request.account.properties.find(({ propertyId }) => propertyId === id);
  return property ? answer(property) : problem(404, 'The system was unable to locate the property', request.path);
}

const withVersion = (
  request: RouteRequest,
  answer: (property: Property, version: Version) => RouteAnswer,
): RouteAnswer =>
  withProperty(request, (property) => {
    const version = property.versions.find(({ propertyVersion }) => String(propertyVersion) === request.params.version);
    return version ? answer(property, version) : problem(404, 'No such version', request.path);
  });
