import type { Output } from '../../api.ts';

export type Registration = Output<'clients.list'>[number];
export type KnownClient = Output<'clients.known'>[number];
export type Grant = Output<'grants.list'>[number];
export type FileChange = Output<'clients.prepare'>['changes'][number];
export type Decision = Grant['effects']['read'];
