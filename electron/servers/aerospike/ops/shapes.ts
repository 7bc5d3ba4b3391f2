import { z } from 'zod';

/** A whole number; its digits as text beyond 2^53. */
export const AmountShape = z.union([z.number(), z.string()]);

/** What every answer says that may leave nodes out. */
export const partialShape = {
  partial: z.boolean().optional(),
  note: z.string().optional(),
};

/** Lines below a table or instead of one. */
export const lines = (...parts: (string | undefined | false | null)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join('\n');

export const pct = (value: number | null): string => (value === null ? '-' : `${Math.round(value * 10) / 10}%`);
