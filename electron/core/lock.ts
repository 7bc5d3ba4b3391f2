import type { Activity } from './activity/record.ts';
import type { Approvals } from './consent/approvals.ts';
import { noProof, type Person } from './consent/person.ts';
import type { HostView } from './contract/views.ts';
import type { PolicyStore } from './consent/policy-store.ts';
import type { Requester } from './contract/dispatch.ts';
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
  /** What a window has to bring to unlock. */
  unlocksBy(): HostView['unlocksBy'];
  /** At start: opens the store if that needs nobody, or with the passphrase given. Stays locked where it needs one. */
  openAtStart(passphrase: Secret | null): Promise<void>;
  unlock(requester: Requester): Promise<void>;
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
  canAskSystem: () => boolean;
  /** What has to be known before anything is lent again; the store is open by then. */
  onOpen: () => Promise<void>;
  /** What was handed out for a moment is taken back. */
  onLock: () => Promise<void>;
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
      await deps.onOpen();
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
    await openTheRest(async () => store.kind === 'file' || !policy.isLockedByPerson() || !(await person.canTell()));
  }

  async function unlock(requester: Requester): Promise<void> {
    if (!locked) return;
    if (store.kind === 'file') await openFile(requester);
    else await store.open(null);
    await openTheRest(async () => {
      if (store.kind !== 'file') await person.prove(requester);
      await policy.setLockedByPerson(false);
      return true;
    });
    if (requester.proof) person.remember(requester);
    await activity.append({ kind: 'unlocked' }, { durable: true });
  }

  async function openFile({ proof, transport }: Requester): Promise<void> {
    if (!proof) throw noProof(transport);
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
    person.forget();
    try {
      await deps.onLock();
      await deps.supervisor.stopAll(0);
      if (store.kind !== 'file' && (await person.canTell())) await policy.setLockedByPerson(true);
      await activity.append({ kind: 'locked' }, { durable: true });
    } finally {
      await closeEverything();
      deps.onChange();
    }
  }

  return {
    isLocked: () => locked,
    unlocksBy() {
      if (store.kind === 'file') return 'passphrase';
      // Only what a person locked needs the person; a passphrase is the one way where the system cannot ask.
      if (deps.canAskSystem()) return 'system';
      return policy.isLockedByPerson() ? 'passphrase' : 'click';
    },
    assertUnlocked() {
      if (locked) throw lockedFailure();
    },
    openAtStart: (passphrase) => inTurn(() => openAtStart(passphrase)),
    unlock: (requester) => inTurn(() => unlock(requester)),
    lock: () => inTurn(lock),
  };
}

export const lockedFailure = (): Failure =>
  new Failure(
    'locked',
    'Chatelaine is locked.',
    'Unlock it in Chatelaine or with `chatelaine unlock`, then try again.',
  );
