import { z } from 'zod';
import type { Answer, Dispatch } from '../core/contract/dispatch.ts';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure, internalFailure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';

/** Whether a store could be this data folder's vault. */
export interface StoreChoice {
  kind: 'keychain' | 'file';
  available: boolean;
  message: string;
}

const Choice = z.object({ kind: z.enum(['keychain', 'file']) });

/**
 * What the window may ask before there is a vault, and so no host: which stores there are, and to take one. Everything
 * else is answered by `setup-needed`, and by the host's own dispatch once there is one.
 */
export function createSetup(deps: {
  stores: () => Promise<StoreChoice[]>;
  /** Creates and starts the host with that store; rejects when the store does not prove itself. */
  choose: (kind: StoreChoice['kind'], passphrase: Secret | null) => Promise<void>;
  log: Log;
}): Dispatch {
  return async (name, input, { proof }): Promise<Answer> => {
    try {
      switch (name) {
        case 'setup.status':
          return { ok: true, output: { needed: true, stores: await deps.stores() } };
        case 'setup.chooseVault':
          await deps.choose(Choice.parse(input).kind, proof);
          return { ok: true, output: {} };
        default:
          throw new Failure('setup-needed', 'Chatelaine has no vault yet.', 'Choose where your secrets are kept.');
      }
    } catch (error) {
      if (error instanceof Failure) return { ok: false, error: error.report() };
      return { ok: false, error: internalFailure(deps.log.error('setup.failed', error)) };
    }
  };
}
