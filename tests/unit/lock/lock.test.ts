import { beforeEach, describe, expect, it } from 'vitest';
import { createActivity } from '../../../electron/core/activity/record.ts';
import { createApprovals } from '../../../electron/core/consent/approvals.ts';
import { createPerson } from '../../../electron/core/consent/person.ts';
import { createPolicyStore } from '../../../electron/core/consent/policy-store.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import type { Requester } from '../../../electron/core/contract/dispatch.ts';
import type { SecretStore } from '../../../electron/core/credentials/secret-store.ts';
import { createVault } from '../../../electron/core/credentials/vault.ts';
import { createLock } from '../../../electron/core/lock.ts';
import { createSupervisor } from '../../../electron/core/workers/supervisor.ts';
import { workerSource } from '../../../electron/core/workers/worker-source.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { storeFailure } from '../../../electron/platform/store-rules.ts';
import { akamaiCanaries } from '../../support/canaries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeLaunch } from '../../support/fake-launch.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const by = (proof: Secret | null): Requester => ({ transport: 'control', proof });

const passphrase = new Secret('correct horse battery');

describe('a host on a keychain', () => {
  let files: ReturnType<typeof createMemoryFiles>;
  let keychain: ReturnType<typeof createMemoryStore>;

  beforeEach(() => {
    files = createMemoryFiles();
    keychain = createMemoryStore();
  });

  /** A host over the same files and the same keychain: what a restart finds. */
  async function start({ isKeyringLocked = false } = {}) {
    const clock = createFakeClock();
    const log = createQuietLog();
    const store: SecretStore = {
      ...keychain,
      kind: 'keychain',
      open: (given) => (isKeyringLocked ? Promise.reject(storeFailure('locked')) : keychain.open(given)),
    };
    const deps = { home: '/home', store, files, clock, log };
    const vault = createVault(deps);
    const policy = createPolicyStore(deps);
    const activity = createActivity(deps);
    const approvals = createApprovals({ clock, onChange: () => undefined });
    const { launch } = createFakeLaunch();
    const supervisor = createSupervisor({ launch, source: workerSource(vault), clock, log });
    const person = createPerson({
      store,
      clock,
      everRegistered: policy.everRegistered,
      answeredInWindow: policy.answeredInWindow,
      authenticate: () => null,
      onWrong: () => undefined,
    });
    const lock = createLock({
      store,
      vault,
      policy,
      approvals,
      supervisor,
      activity,
      person,
      canAskSystem: () => false,
      onOpen: async () => undefined,
      onLock: async () => undefined,
      onChange: () => undefined,
    });
    await vault.load();
    await policy.load();
    await lock.openAtStart(null);
    return { lock, person, vault, activity, store, policy };
  }

  it('stays locked over a restart once a person with a passphrase has locked it', async () => {
    const first = await start();
    await first.person.setPassphrase(passphrase, by(null));
    await first.lock.lock();
    const second = await start();
    expect(second.lock.isLocked()).toBe(true);
    await expect(second.lock.unlock(by(null))).rejects.toMatchObject({ code: 'refused' });
    await expect(second.lock.unlock(by(new Secret('wrong guess')))).rejects.toThrow('Wrong passphrase');
    expect(second.lock.isLocked()).toBe(true);
    await second.lock.unlock(by(passphrase));
    expect(second.lock.isLocked()).toBe(false);
    expect((await start()).lock.isLocked()).toBe(false);
  });

  it('without a passphrase says that a restart opens it again, and it does', async () => {
    const first = await start();
    await first.lock.lock();
    await expect(first.lock.unlock(by(null))).rejects.toMatchObject({
      hint: expect.stringContaining('chatelaine stop') as string,
    });
    expect((await start()).lock.isLocked()).toBe(false);
  });

  it('does not let an unlock without proof close the store under the person’s own', async () => {
    const host = await start();
    await host.person.setPassphrase(passphrase, by(null));
    await host.lock.lock();
    const [intruder, person] = await Promise.allSettled([host.lock.unlock(by(null)), host.lock.unlock(by(passphrase))]);
    expect(intruder.status).toBe('rejected');
    expect(person.status).toBe('fulfilled');
    expect(await host.store.state()).toBe('ready');
    await host.vault.add('akamai', akamaiCanaries('after'));
  });

  it('closes the store even when the record of the lock cannot be written', async () => {
    const host = await start();
    host.activity.append = () => Promise.reject(new Error('disk full'));
    await expect(host.lock.lock()).rejects.toThrow('disk full');
    expect(host.lock.isLocked()).toBe(true);
    expect(await host.store.state()).not.toBe('ready');
  });

  it('starts locked where the keyring is, if there is anything in it to wait for', async () => {
    const first = await start();
    await first.vault.add('akamai', akamaiCanaries('waiting'));
    await first.lock.lock();
    const second = await start({ isKeyringLocked: true });
    expect(second.lock.isLocked()).toBe(true);
    expect(() => second.lock.assertUnlocked()).toThrow('locked');
    expect(second.vault.list()).toHaveLength(1);
    keychain = createMemoryStore();
    files = createMemoryFiles();
    await expect(start({ isKeyringLocked: true })).rejects.toMatchObject({ code: 'locked' });
  });
});
