import { code, refuse } from './codes.ts';
import type { Particle } from './particles.ts';
import type { Value } from './values.ts';

/** Operations on the bits of a blob are not emulated: refused, never passed over. */
export const applyBits = (_bin: Particle | undefined, _payload: Buffer): { changed?: Particle; result?: Value } =>
  refuse(code.parameter);

export const runBits = (_data: Buffer | undefined, _call: readonly Value[]): { changed?: Buffer; result?: Value } =>
  refuse(code.parameter);
