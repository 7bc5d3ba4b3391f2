import type { Activity } from './activity/record.ts';
import type { Approvals } from './consent/approvals.ts';
import type { Person } from './consent/person.ts';
import type { PolicyStore } from './consent/policy-store.ts';
import type { Secret } from './credentials/secret.ts';
import type { SecretStore } from './credentials/secret-store.ts';
import type { Vault } from './credentials/vault.ts';
import { Failure } from './failure.ts';
import { oneAtATime } from './files/one-at-a-time.ts';
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
  const { store, vault, policy, activity, person } = deps;
  let locked = true;

  const inTurn = oneAtATime();

  /** With the store open already. What cannot be opened as a whole is closed as a whole. */
  async function openTheRest(mayOpen: () => Promise<boolean>): Promise<void> {
    try {
      await vault.recover();
      await policy.open();
      if (!(await mayOpen())) {
        await closeEverything();
        return;
      }
      await activity.open();
    } catch (error) {
      await closeEverything();
      throw error;
    }
    locked = false;
    deps.onChange();
  }

  /** Every part, whatever becomes of the others: nothing may stay open because a disk is full. */
  async function closeEverything(): Promise<void> {
    try {
      await activity.close();
    } finally {
      policy.close();
      await store.close();
    }
  }

  async function openAtStart(passphrase: Secret | null): Promise<void> {
    if (store.kind === 'file' && passphrase === null) return;
    try {
      await store.open(passphrase);
    } catch (error) {
      // A keyring that its person has yet to unlock: we wait like it. With nothing stored yet it is a failed start.
      const isWaiting = error instanceof Failure && error.code === 'locked' && vault.list().length > 0;
      if (!isWaiting) throw error;
      await store.close();
      return;
    }
    await openTheRest(
      async () => store.kind === 'file' || !policy.isLockedByPerson() || !(await person.hasPassphrase()),
    );
  }

  async function unlock(proof: Secret | null): Promise<void> {
    if (!locked) return;
    if (store.kind === 'file') await openFile(proof);
    else await store.open(null);
    await openTheRest(async () => {
      if (store.kind !== 'file') await person.prove(proof);
      await policy.setLockedByPerson(false);
      return true;
    });
    await activity.append({ kind: 'unlocked' }, { durable: true });
  }

  async function openFile(proof: Secret | null): Promise<void> {
    if (!proof) await person.prove(null);
    await person
      .attempt(() => store.open(proof))
      .catch(async (error: unknown) => {
        if (error instanceof Failure && error.code === 'refused') await activity.append({ kind: 'unlock-failed' });
        throw error;
      });
  }

  async function lock(): Promise<void> {
    if (locked) return;
    locked = true;
    deps.approvals.clear();
    try {
      await deps.supervisor.stopAll(0);
      if (store.kind !== 'file' && (await person.hasPassphrase())) await policy.setLockedByPerson(true);
      await activity.append({ kind: 'locked' }, { durable: true });
    } finally {
      await closeEverything();
      deps.onChange();
    }
  }

  return {
    isLocked: () => locked,
    assertUnlocked() {
      if (locked) throw lockedFailure();
    },
    openAtStart: (passphrase) => inTurn(() => openAtStart(passphrase)),
    unlock: (proof) => inTurn(() => unlock(proof)),
    lock: () => inTurn(lock),
  };
}

export const lockedFailure = (): Failure =>
  new Failure(
    'locked',
    'Chatelaine is locked.',
    'Unlock it in Chatelaine or with `chatelaine unlock`, then try again.',
  );
