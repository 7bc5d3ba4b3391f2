/**
 * What the emulator can do wrong on demand. Matches requests by the start of their path; after `count` requests
 * (default 1, null = for ever) it is used up. `status` answers with a problem of that status, `body` with exact bytes.
 */
export type Fault = {
  path?: string;
  method?: string;
  /** Only requests of this client token. */
  clientToken?: string;
  count?: number | null;
} & (
  | { kind: 'clock-skew'; /** How far the emulator's clock is ahead. */ seconds: number }
  | { kind: 'status'; status: number; detail?: string; retryAfterSeconds?: number }
  | { kind: 'rate'; retryAfterSeconds?: number }
  | { kind: 'quota'; limitKey?: string }
  | { kind: 'slow'; delayMs: number }
  | { kind: 'garbage'; form?: 'json' | 'html' }
  | { kind: 'huge'; bytes: number }
  | { kind: 'gzip-bomb'; bytes: number }
  | { kind: 'reset'; /** How many bytes of the answer go out first. */ afterBytes?: number }
  | { kind: 'redirect'; location: string; status?: number }
  | { kind: 'body'; body: string; status?: number; contentType?: string }
);

export interface Faults {
  add(...faults: Fault[]): void;
  clear(): void;
  /** The first fault that matches, counted as used. */
  take(request: { method: string; path: string; clientToken: string | null }): Fault | undefined;
}

export const faultKinds: readonly Fault['kind'][] = [
  'clock-skew',
  'status',
  'rate',
  'quota',
  'slow',
  'garbage',
  'huge',
  'gzip-bomb',
  'reset',
  'redirect',
  'body',
];

export function createFaults(): Faults {
  let active: { fault: Fault; left: number }[] = [];
  return {
    add: (...faults) => {
      active.push(...faults.map((fault) => ({ fault, left: fault.count === null ? Infinity : (fault.count ?? 1) })));
    },
    clear: () => {
      active = [];
    },
    take: ({ method, path, clientToken }) => {
      const hit = active.find(
        ({ fault }) =>
          path.startsWith(fault.path ?? '/') &&
          (fault.method === undefined || fault.method === method) &&
          (fault.clientToken === undefined || fault.clientToken === clientToken),
      );
      if (!hit) return undefined;
      hit.left -= 1;
      active = active.filter(({ left }) => left > 0);
      return hit.fault;
    },
  };
}
