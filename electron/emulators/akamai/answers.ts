import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Json } from './model.ts';

export interface RouteAnswer {
  status: number;
  body?: Json;
  headers?: Record<string, string>;
}

export const ok = (body: Json, headers: Record<string, string> = {}): RouteAnswer => ({ status: 200, body, headers });

/** A problem+json answer, with the members that a product must not pass on as well. */
export const problem = (
  status: number,
  detail: string,
  path: string,
  more: Record<string, Json> = {},
): RouteAnswer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json' },
  body: {
    type: `https://problems.luna.akamaiapis.net/-/resource-impl/${titles[status] ?? 'error'}`,
    title: titles[status] ?? 'Error',
    status,
    detail,
    instance: `https://akab-instance-host.luna.akamaiapis.net${path}#${randomUUID()}`,
    method: 'GET',
    serverIp: '203.0.113.7',
    clientIp: '198.51.100.9',
    requestId: randomUUID().slice(0, 8),
    requestTime: new Date().toISOString(),
    ...more,
  },
});

export function sendJson(response: ServerResponse, { status, body, headers }: RouteAnswer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(text);
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
