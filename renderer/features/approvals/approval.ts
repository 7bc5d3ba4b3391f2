import type { Output } from '../../api.ts';

export type Approval = Output<'approvals.list'>[number];
export type Scope = 'once' | 'session' | '15m';
