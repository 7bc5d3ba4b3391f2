import { code, refuse } from './codes.ts';
import type { Cluster, ClusterNode } from './cluster.ts';
import { permits, type Permission } from './privileges.ts';

/** What a connection has proved so far. */
export interface Session {
  /** Null before the login; without security it stays so. */
  user: string | null;
  /** The common name in the client's certificate, under mutual TLS. */
  certificateName: string | null;
  /** Where the client connects from. */
  address: string;
  may(permission: Permission, namespace?: string, set?: string): boolean;
  /** Refuses unless permitted. */
  demand(permission: Permission, namespace: string, set: string): void;
}

/** Where a request came in. */
export interface Place {
  cluster: Cluster;
  node: ClusterNode;
  session: Session;
}

export function createSession(cluster: Cluster, certificateName: string | null, address: string): Session {
  const session: Session = {
    user: null,
    certificateName,
    address,
    may: (permission, namespace, set) => {
      const { users } = cluster;
      if (!users) return true;
      return session.user !== null && permits(users.privilegesOf(session.user), permission, namespace, set);
    },
    demand: (permission, namespace, set) => {
      if (cluster.users && session.user === null) refuse(code.notAuthenticated);
      if (!session.may(permission, namespace, set)) refuse(code.roleViolation);
    },
  };
  return session;
}
