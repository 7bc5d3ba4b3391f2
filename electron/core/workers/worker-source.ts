import type { Vault } from '../credentials/vault.ts';
import { providerOf } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { ChildProgram } from './launch.ts';
import type { Network } from './protocol.ts';
import type { WorkerSource } from './worker.ts';

/** Reads a credential from the vault at the moment in which its worker starts or takes over a new one. */
export const workerSource = (vault: Vault, network: () => Network = () => directly): WorkerSource => ({
  programOf: (credentialId) => workerProgram(providerOf(vault.byId(credentialId).provider)),
  async credentialOf(credentialId) {
    const { fields } = vault.byId(credentialId);
    const secrets = await vault.secretsOf(credentialId);
    return {
      fields,
      network: network(),
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([key, secret]) => [key, Buffer.from(secret.reveal(), 'utf8')]),
      ),
    };
  },
});

export const workerProgram = ({ id, worker }: Provider): ChildProgram => ({ bundle: `${id}-worker.cjs`, ...worker });

const directly: Network = { proxy: null, ca: null };
