import { createAuthority } from '../../electron/emulators/aerospike/x509.ts';

interface Authority {
  ca: string;
  cert: string;
  key: string;
}

/** A private certificate authority with one server certificate of it, valid for a day; as PEM. */
export const privateAuthority = (...names: string[]): Authority => authorityFor(names);

/** One whose server certificate ended an hour ago. */
export const expiredAuthority = (...names: string[]): Authority => authorityFor(names, [-2, -1]);

const hourMs = 3_600_000;

/** `hours`: when it begins and ends, from now. */
function authorityFor(names: readonly string[], [from, to]: [number, number] = [-1, 24]): Authority {
  const authority = createAuthority('Test CA');
  const [name = 'server'] = names;
  const validMs: [number, number] = [Date.now() + from * hourMs, Date.now() + to * hourMs];
  return { ca: authority.ca, ...authority.issue({ name, altNames: names, validMs }) };
}
