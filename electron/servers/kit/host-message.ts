import { z } from 'zod';
import type { JsonObject } from '../../core/workers/protocol.ts';

const Json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const Id = z.int();

const Plan = z.object({
  effect: z.enum(['read', 'write', 'destroy']),
  sentence: z.string(),
  preview: Json,
  network: z.enum(['staging', 'production']).exactOptional(),
  asks: z.object({ label: z.string() }).exactOptional(),
});

/** HostMessage of core/workers/protocol.ts as the worker checks it: arguments and fields are parsed by their readers. */
export const HostMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('credential'),
    generation: z.int(),
    fields: Json,
    secrets: z.record(z.string(), z.instanceof(Uint8Array)),
    network: z.object({ proxy: z.string().nullable(), ca: z.string().nullable() }).exactOptional(),
  }),
  z.object({ type: z.literal('plan'), id: Id, tool: z.string(), args: Json }),
  z.object({
    type: z.literal('call'),
    id: Id,
    tool: z.string(),
    args: Json,
    plan: Plan.nullable(),
    typed: z.instanceof(Uint8Array).exactOptional(),
  }),
  z.object({ type: z.literal('cancel'), id: Id }),
]);
export type HostMessage = z.infer<typeof HostMessage>;
