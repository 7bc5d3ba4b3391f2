import type { Fields } from './admin-codec.ts';
import type { Place } from './session.ts';
import type { Users } from './users.ts';

export interface AdminRequest extends Place {
  users: Users;
  fields: Fields;
}

export const textOf = (fields: Fields, type: number): string | undefined => fields.get(type)?.toString('utf8');
