import { z } from 'zod';

/** Limits of the server. What fits here cannot separate commands, parameters or values in an info command. */
const word = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_$.-]+$/, 'only letters, digits, _, $, - and . are allowed');

export const NamespaceName = word(31);
export const SetName = word(63);
export const IndexName = word(63);
export const NodeId = word(64);
export const UserName = word(63);
export const RoleName = word(63);
/** A parameter or a statistic of the server. */
export const ParameterName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, 'only letters, digits, ., _ and - are allowed');

/** A part of a name to look for; sent nowhere. */
export const Filter = z.string().max(100);

export const isNamespaceName = (name: string): boolean => NamespaceName.safeParse(name).success;
