import type { ServerResponse } from 'node:http';
import { sendJson } from './answers.ts';
import { faultKinds, type Fault, type Faults } from './faults.ts';
import type { LoggedRequest } from './model.ts';

/**
 * The emulator's own paths, for tests that run in another process: `POST /__emulator/faults` with one fault or a list,
 * `DELETE /__emulator/faults`, `GET /__emulator/requests`. JSON only, so that no web page can reach it by a form.
 */
export function control(call: {
  method: string;
  path: string;
  body: Buffer;
  response: ServerResponse;
  faults: Faults;
  requests: readonly LoggedRequest[];
}): void {
  const { method, path, body, response, faults, requests } = call;
  if (method === 'GET' && path === '/__emulator/requests') {
    sendJson(response, { status: 200, body: requests.map((request) => ({ ...request })) });
    return;
  }
  if (path === '/__emulator/faults' && method === 'DELETE') {
    faults.clear();
    sendJson(response, { status: 204 });
    return;
  }
  if (path === '/__emulator/faults' && method === 'POST') {
    const added = parseFaults(body);
    if (added) faults.add(...added);
    sendJson(
      response,
      added ? { status: 204 } : { status: 400, body: { error: `A fault is {"kind": …}: ${faultKinds.join(', ')}` } },
    );
    return;
  }
  sendJson(response, { status: 404, body: { error: 'Nothing here' } });
}

function parseFaults(body: Buffer): Fault[] | null {
  try {
    const given: unknown = JSON.parse(body.toString('utf8'));
    const list: unknown[] = Array.isArray(given) ? given : [given];
    return list.every(isFault) ? list : null;
  } catch {
    return null;
  }
}

/** The kind is checked; its own members are the test's business. */
const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'kind' in value && faultKinds.some((kind) => kind === value.kind);
