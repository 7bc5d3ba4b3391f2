import { createAuthority } from './x509.ts';
import type { EmulatedTls } from './emulator.ts';
import type { UserPlan } from './users.ts';

/** A profile that the emulator accepts, in the fields that `chatelaine add aerospike` takes. */
export interface EmulatedProfile {
  name: string;
  hosts: string[];
  role: 'read-only' | 'read-write' | 'admin';
  user?: string;
  password?: string;
  authMode?: 'internal' | 'external' | 'externalInsecure' | 'pki';
  tls?: { ca?: string; cert?: string; key?: string; keyPassphrase?: string; name?: string };
  tags?: string[];
}

export const demoTlsName = 'aerospike.demo';

/** One user for each role of a profile, with just that much in the database too; and two who log in otherwise. */
export const demoUsers: readonly UserPlan[] = [
  { name: 'admin', password: 'demo-admin', roles: ['superuser'] },
  { name: 'reader', password: 'demo-reader', roles: ['read'] },
  { name: 'writer', password: 'demo-writer', roles: ['read-write'] },
  { name: 'operator', password: 'demo-operator', roles: ['read-write-udf', 'data-admin', 'sys-admin', 'user-admin'] },
  { name: 'directory', password: 'demo-directory', isExternal: true, roles: ['read'] },
  { name: 'machine', roles: ['read-write'] },
];

export interface DemoTls {
  server: EmulatedTls;
  client: { ca: string; cert: string; key: string; keyPassphrase: string };
}

/** A throw-away authority with a server's and a client's certificate; the client's key is under a passphrase. */
export function demoTls(): DemoTls {
  const authority = createAuthority('Chatelaine demo authority');
  const server = authority.issue({ name: demoTlsName, altNames: [demoTlsName, 'localhost', '127.0.0.1'] });
  const keyPassphrase = 'demo-passphrase';
  const client = authority.issue({ name: 'machine', passphrase: keyPassphrase });
  return {
    server: { ...server, ca: authority.ca, requireClientCert: true, name: demoTlsName },
    client: { ca: authority.ca, ...client, keyPassphrase },
  };
}

/** The profiles for a cluster: one for each role, and with users on TLS also one that logs in by certificate. */
export function demoProfiles(hosts: readonly string[], auth: boolean, tls: DemoTls | null): EmulatedProfile[] {
  const all: EmulatedProfile[] = (['read-only', 'read-write', 'admin'] as const).map((role) => {
    const user = { 'read-only': 'reader', 'read-write': 'writer', admin: 'operator' }[role];
    return {
      name: `demo-${role}`,
      hosts: hosts.map((host) => (tls ? host.replace(':', `:${demoTlsName}:`) : host)),
      role,
      ...(auth ? { user, password: `demo-${user}`, authMode: 'internal' as const } : {}),
      ...(tls ? { tls: { ...tls.client, name: demoTlsName } } : {}),
      tags: ['demo'],
    };
  });
  const [first] = all;
  if (!auth || !tls || !first) return all;
  const { hosts: ownHosts, tls: ownTls } = first;
  return [
    ...all,
    {
      name: 'demo-certificate',
      hosts: ownHosts,
      role: 'read-write',
      authMode: 'pki',
      ...(ownTls ? { tls: ownTls } : {}),
      tags: ['demo'],
    },
    {
      name: 'demo-directory',
      hosts: ownHosts,
      role: 'read-only',
      user: 'directory',
      password: 'demo-directory',
      authMode: 'external',
      ...(ownTls ? { tls: ownTls } : {}),
      tags: ['demo'],
    },
  ];
}
