import type {
  ChangeKey,
  Input as InputOf,
  Output as OutputOf,
  ProcedureName,
} from '../electron/core/contract/procedures.ts';
import { createConnection } from './connection.ts';

/** What the desktop app answers before a vault was chosen; it has no other procedures until then. */
interface SetupCalls {
  'setup.status': {
    input: Record<string, never>;
    output: { needed: boolean; stores: { kind: 'keychain' | 'file'; available: boolean; message: string }[] };
  };
  'setup.chooseVault': { input: { kind: 'keychain' | 'file' }; output: Record<string, unknown> };
}

export type CallName = ProcedureName | keyof SetupCalls;
export type Input<Name extends CallName> = Name extends ProcedureName
  ? InputOf<Name>
  : Name extends keyof SetupCalls
    ? SetupCalls[Name]['input']
    : never;
export type Output<Name extends CallName> = Name extends ProcedureName
  ? OutputOf<Name>
  : Name extends keyof SetupCalls
    ? SetupCalls[Name]['output']
    : never;

interface Report {
  code: string;
  message: string;
  hint: string;
}
type Answer = { ok: true; output: unknown } | { ok: false; error: Report };

interface Bridge {
  call(name: string, input: unknown, proof?: string): Promise<Answer>;
  onChange(listener: (keys: ChangeKey[]) => void): () => void;
}

declare global {
  interface Window {
    chatelaine?: Bridge;
  }
}

/** A procedure's known failure: what happened and was not changed (`message`), and what to do (`hint`). */
export class HostFailure extends Error {
  override readonly name = 'HostFailure';
  readonly code: string;
  readonly hint: string;

  constructor({ code, message, hint }: Report) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export const connection = createConnection();

/** Asks the host. `proof` is the passphrase that a person typed for this one request; it is kept nowhere. */
export async function call<Name extends CallName>(
  name: Name,
  input: Input<Name>,
  proof?: string,
): Promise<Output<Name>> {
  const answer = await (window.chatelaine
    ? askWindow(window.chatelaine, name, input, proof)
    : askHttp(name, input, proof));
  if (!answer.ok) throw new HostFailure(answer.error);
  // The generic seam: the host parsed this very output by the contract's schema.
  return answer.output as Output<Name>;
}

/** Tells what may have changed, until the returned function is called. */
export function onChange(listener: (keys: ChangeKey[]) => void): () => void {
  return window.chatelaine ? window.chatelaine.onChange(listener) : connection.follow(listener);
}

/** Trades the one-time token of the address for the session's cookie, and takes it out of the address. */
export async function openSession(): Promise<void> {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (window.chatelaine || token === undefined) return;
  history.replaceState(null, '', '#/');
  const response = await post('/api/session', { token }).catch(() => null);
  if (response?.status === 401) connection.end();
  if (response?.ok !== true) return;
  const { key } = (await response.json()) as { key: string };
  localStorage.setItem(keyName, key);
}

/** Cookies go to every port of this machine; this half of the session stays with this origin. It opens nothing alone. */
const keyName = 'chatelaine-page';

export function asFailure(error: unknown): HostFailure {
  if (error instanceof HostFailure) return error;
  return new HostFailure({
    code: 'internal',
    message: 'Something went wrong on this page.',
    hint: 'Reload it. If that does not help, run the checks in Settings.',
  });
}

async function askWindow(bridge: Bridge, name: string, input: unknown, proof?: string): Promise<Answer> {
  try {
    return await (proof === undefined ? bridge.call(name, input) : bridge.call(name, input, proof));
  } catch {
    return unreachable;
  }
}

async function askHttp(name: string, input: unknown, proof?: string): Promise<Answer> {
  try {
    await connection.listening;
    const response = await post('/api/call', proof === undefined ? { name, input } : { name, input, proof });
    if (response.status === 401) {
      connection.end();
      return ended;
    }
    // Anything that is not our own answer is as good as none.
    const answer = (await response.json()) as Answer;
    if (typeof answer.ok !== 'boolean') return unreachable;
    connection.restore();
    return answer;
  } catch {
    connection.lose();
    return unreachable;
  }
}

const post = (path: string, body: object): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-chatelaine-key': localStorage.getItem(keyName) ?? '' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
  });

const unreachable: Answer = {
  ok: false,
  error: {
    code: 'unreachable',
    message: 'Chatelaine did not answer.',
    hint: 'It may be restarting. This page tries again by itself.',
  },
};

const ended: Answer = {
  ok: false,
  error: {
    code: 'session-ended',
    message: "This page's session has ended. Nothing was changed.",
    hint: 'Open the address that `chatelaine serve` printed, or a new one: chatelaine page.',
  },
};
