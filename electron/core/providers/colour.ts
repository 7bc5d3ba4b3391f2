import { z } from 'zod';

/** A customer's own colour: a swatch beside its name everywhere. The page's theme says how each looks. */
export const Colour = z.enum(['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink']);
export type Colour = z.infer<typeof Colour>;
