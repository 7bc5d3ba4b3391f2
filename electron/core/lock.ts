import type { Activity } from './activity/record.ts';
import type { Approvals } from './consent/approvals.ts';
import type { Person } from './consent/person.ts';
import type { PolicyStore } from './consent/policy-store.ts';
import type { Secret } from './credentials/secret.ts';
import type { SecretStore } from './credentials/secret-store.ts';
import type { Vault } from './credentials/vault.ts';
import { Failure } from './failure.ts';
import type { Supervisor } from './workers/supervisor.ts';

/** Whether Chatelaine lends anything at all. Locked: workers gone, keys and secrets forgotten, every question denied. */
export interface Lock {
  isLocked(): boolean;
  assertUnlocked(): void;
  /** At start: opens the store if that needs nobody, or with the passphrase given. Stays locked where it needs one. */
  openAtStart(passphrase: Secret | null): Promise<void>;
  unlock(proof: Secret | null): Promise<void>;
  lock(): Promise<void>;
}

export function createLock(deps: {
  store: SecretStore;
  vault: Vault;
  policy: PolicyStore;
  approvals: Approvals;
  supervisor: Supervisor;
  activity: Activity;
  person: Person;
  onChange: () => void;
}): Lock {
  const { store, vault, policy, activity } = deps;
  let locked = true;

  /** With the store open already. What cannot be opened as a whole is closed as a whole. */
  async function openTheRest(): Promise<void> {
    try {
      await vault.recover();
      await policy.open();
      await activity.open();
    } catch (error) {
      await closeEverything();
      throw error;
    }
    locked = false;
    deps.onChange();
  }

  async function closeEverything(): Promise<void> {
    await activity.close();
    policy.close();
    await store.close();
  }

  return {
    isLocked: () => locked,
    assertUnlocked() {
      if (locked) throw lockedFailure();
    },
    async openAtStart(passphrase) {
      if (store.kind === 'file' && passphrase === null) return;
      await store.open(passphrase);
      await openTheRest();
    },
    async unlock(proof) {
      if (!locked) return;
      if (store.kind === 'file') {
        if (!proof) await deps.person.prove(null);
        await deps.person
          .attempt(() => store.open(proof))
          .catch(async (error: unknown) => {
            if (error instanceof Failure && error.code === 'refused')
              await activity.append({ kind: 'unlock-failed' }, { durable: false });
            throw error;
          });
      } else {
        await store.open(null);
        await deps.person.prove(proof).catch(async (error: unknown) => {
          await store.close();
          throw error;
        });
      }
      await openTheRest();
      await activity.append({ kind: 'unlocked' }, { durable: true });
    },
    async lock() {
      if (locked) return;
      locked = true;
      deps.approvals.clear();
      await deps.supervisor.stopAll(0);
      await activity.append({ kind: 'locked' }, { durable: true });
      await closeEverything();
      deps.onChange();
    },
  };
}

export const lockedFailure = (): Failure =>
  new Failure(
    'locked',
    'Chatelaine is locked.',
    'Unlock it in Chatelaine or with `chatelaine unlock`, then try again.',
  );
