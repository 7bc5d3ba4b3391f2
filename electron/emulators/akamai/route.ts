import type { RouteAnswer } from './answers.ts';
import type { Account, ApiClient, IssuedCredential, Json } from './model.ts';

/** A request whose signature was accepted, in the account it acts on. */
export interface RouteRequest {
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Json;
  account: Account;
  client: ApiClient;
  credential: IssuedCredential;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** e.g. `/papi/v1/properties/{propertyId}` */
  template: string;
  answer(request: RouteRequest): RouteAnswer;
}

/** The route for a request, with the values of its template's parameters. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    const pattern = route.template.split('/');
    if (route.method !== method || pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((part, at) => {
      const segment = segments[at] ?? '';
      if (!part.startsWith('{')) return part === segment;
      params[part.slice(1, -1)] = decodeURIComponent(segment);
      return segment !== '';
    });
    if (fits) return { route, params };
  }
  return undefined;
}
