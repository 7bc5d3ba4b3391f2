import { code, refuse } from './codes.ts';
import type { Value } from './values.ts';
import type { Particle } from './particles.ts';

export function applyHll(_bin: unknown, _value: Buffer, _isModify = false): { changed?: Particle; result?: Value } {
  return refuse(code.parameter);
}
