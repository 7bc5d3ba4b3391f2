import type { Vault } from '../credentials/vault.ts';
import type { Network } from './protocol.ts';
import type { WorkerSource } from './worker.ts';

/** Reads a credential from the vault at the moment in which its worker starts or takes over a new one. */
export const workerSource = (vault: Vault, network: () => Network = () => directly): WorkerSource => ({
  bundleOf: (credentialId) => `${vault.byId(credentialId).provider}-worker.cjs`,
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

const directly: Network = { proxy: null, ca: null };
