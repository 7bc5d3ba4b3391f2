/** What a request may need; the names are those of the server's refusals. */
export type Permission =
  | 'read'
  | 'query'
  | 'write'
  | 'delete'
  | 'udf-apply'
  | 'udf-query'
  | 'ops-query'
  | 'truncate'
  | 'udf-admin'
  | 'sindex-admin'
  | 'query-admin'
  | 'record-info'
  | 'evict-admin'
  | 'set-config'
  | 'logging-ctrl'
  | 'service-ctrl'
  | 'masking-admin'
  | 'user-admin';

const reading = ['read', 'query'] as const;
const writing = ['write', 'delete', 'truncate'] as const;
const udfs = ['udf-apply', 'udf-query', 'ops-query'] as const;
const data = ['sindex-admin', 'udf-admin', 'query-admin', 'truncate'] as const;
const system = ['set-config', 'logging-ctrl', 'service-ctrl', 'evict-admin', 'record-info'] as const;

/** The privileges there are: the number of each on the wire, what it permits, and whether it may be limited to a namespace. */
export const privileges = [
  { name: 'user-admin', wire: 0, isScoped: false, permits: ['user-admin'] },
  { name: 'sys-admin', wire: 1, isScoped: false, permits: [...system, ...data] },
  { name: 'data-admin', wire: 2, isScoped: false, permits: data },
  { name: 'udf-admin', wire: 3, isScoped: false, permits: ['udf-admin'] },
  { name: 'sindex-admin', wire: 4, isScoped: false, permits: ['sindex-admin'] },
  { name: 'masking-admin', wire: 5, isScoped: false, permits: ['masking-admin'] },
  { name: 'read', wire: 10, isScoped: true, permits: reading },
  { name: 'read-write', wire: 11, isScoped: true, permits: [...reading, ...writing, 'ops-query'] },
  { name: 'read-write-udf', wire: 12, isScoped: true, permits: [...reading, ...writing, ...udfs] },
  { name: 'write', wire: 13, isScoped: true, permits: [...writing, 'ops-query'] },
  { name: 'truncate', wire: 14, isScoped: true, permits: ['truncate'] },
] as const satisfies readonly { name: string; wire: number; isScoped: boolean; permits: readonly Permission[] }[];

export type PrivilegeName = (typeof privileges)[number]['name'];

export interface Privilege {
  name: PrivilegeName;
  /** '' for everywhere. */
  namespace: string;
  set: string;
}

export const privilegeByWire = (wire: number): (typeof privileges)[number] | undefined =>
  privileges.find((one) => one.wire === wire);

/** Without a namespace the question is whether it is permitted everywhere. */
export function permits(held: readonly Privilege[], permission: Permission, namespace = '', set = ''): boolean {
  return held.some((privilege) => {
    const known = privileges.find(({ name }) => name === privilege.name);
    const permitted: readonly Permission[] = known?.permits ?? [];
    if (!permitted.includes(permission)) return false;
    if (privilege.namespace !== '' && privilege.namespace !== namespace) return false;
    return privilege.set === '' || privilege.set === set;
  });
}
