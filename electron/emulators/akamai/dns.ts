import { ok, problem } from './answers.ts';
import type { Json, Zone } from './model.ts';
import type { Route, RouteRequest } from './route.ts';

const base = '/config-dns/v2';

/** Edge DNS. As in the real one, zones that transfer carry their TSIG secret in every listing. */
export const dnsRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: `${base}/zones`,
    answer({ account, query }) {
      const search = query.get('search') ?? '';
      const types = query.get('types')?.split(',');
      const found = account.zones.filter(
        ({ zone, type }) => zone.includes(search) && (types === undefined || types.includes(type)),
      );
      const { metadata, rows } = page(query, found);
      const contractIds = [...new Set(account.zones.map(({ contractId }) => contractId))];
      return ok({ metadata: { ...metadata, contractIds }, zones: rows.map(zoneJson) });
    },
  },
  { method: 'GET', template: `${base}/zones/{zone}`, answer: (request) => withZone(request, zoneJson) },
  {
    method: 'GET',
    template: `${base}/zones/{zone}/recordsets`,
    answer: (request) =>
      withZone(request, ({ zone, recordSets }) => {
        const search = request.query.get('search') ?? '';
        const types = request.query.get('types')?.split(',');
        const found = recordSets.filter(
          ({ name, type }) => name.includes(search) && (types === undefined || types.includes(type)),
        );
        const { metadata, rows } = page(request.query, found);
        return { metadata: { ...metadata, zone, ...(types && { types }) }, recordsets: rows };
      }),
  },
  {
    method: 'GET',
    template: `${base}/keys`,
    answer: ({ account }) =>
      ok({
        keys: account.zones.flatMap(({ zone, tsigSecret }) => (tsigSecret === null ? [] : [tsigKey(zone, tsigSecret)])),
      }),
  },
];

function page<Row>(query: URLSearchParams, rows: Row[]): { metadata: Record<string, Json>; rows: Row[] } {
  const number = Number(query.get('page') ?? 1);
  const pageSize = Number(query.get('pageSize') ?? 25);
  return {
    metadata: { page: number, pageSize, showAll: false, totalElements: rows.length },
    rows: rows.slice((number - 1) * pageSize, number * pageSize),
  };
}

const zoneJson = ({ zone, type, contractId, tsigSecret }: Zone): Json => ({
  zone,
  type,
  contractId,
  activationState: 'ACTIVE',
  signAndServe: false,
  lastModifiedBy: 'jperez',
  lastModifiedDate: '2026-03-01T19:45:00Z',
  versionId: 'ae02357c-693d-4ac4-b33d-8352d9b7c786',
  ...(tsigSecret !== null && { masters: ['192.0.2.171'], tsigKey: tsigKey(zone, tsigSecret) }),
});

const tsigKey = (zone: string, secret: string): Json => ({
  algorithm: 'hmac-sha512',
  name: `${zone}.akamai.com.`,
  secret,
});

function withZone(request: RouteRequest, body: (zone: Zone) => Json): ReturnType<Route['answer']> {
  const zone = request.account.zones.find((candidate) => candidate.zone === request.params.zone);
  return zone ? ok(body(zone)) : problem(404, `Zone "${request.params.zone ?? ''}" not found`, request.path);
}
