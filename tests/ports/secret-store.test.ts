import { join } from 'node:path';
import { rmSync } from 'node:fs';

import { afterAll, beforeAll } from 'vitest';

import { systemClock } from '../../electron/core/clock.ts';
import { Secret } from '../../electron/core/credentials/secret.ts';
import { createDurableFiles } from '../../electron/core/files/durable-file.ts';
import type { Launch } from '../../electron/core/workers/launch.ts';
import { createKeychainStore } from '../../electron/platform/keychain/keychain-store.ts';
import { createMemoryStore } from '../../electron/platform/memory-store.ts';
import { createSealedFileStore } from '../../electron/platform/sealed-file-store.ts';
import { createBrokerLaunch } from '../support/broker-launch.ts';
import { type Keyring, keyringMissing, startKeyring } from '../support/keyring.ts';
import { createQuietLog } from '../support/quiet-log.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';
import { describeSecretStore } from './secret-store.behaviour.ts';

describeSecretStore('memory', {
  passphrase: null,
  survives: false,
  create: async () => ({ store: createMemoryStore(), again: () => createMemoryStore(), end: async () => undefined }),
});

describeSecretStore('a sealed file', {
  passphrase: new Secret('correct horse battery'),
  survives: true,
  create: async () => {
    const folder = makeTemporaryFolder();
    const files = createDurableFiles();
    const again = () =>
      createSealedFileStore({ path: join(folder, 'vault.sealed'), files, cost: { N: 16, r: 8, p: 1 } });
    return { store: again(), again, end: async () => rmSync(folder, { recursive: true }) };
  },
});

const missing = keyringMissing();
let keyring: Keyring | null = null;
let launch: Launch | null = null;
beforeAll(async () => {
  if (missing !== null) return;
  keyring = await startKeyring();
  ({ launch } = await createBrokerLaunch());
});
afterAll(() => keyring?.stop());

describeSecretStore('the keychain (gnome-keyring)', {
  passphrase: null,
  survives: true,
  skip: missing,
  create: async () => {
    if (keyring === null || launch === null) throw new Error('no keyring');
    const home = makeTemporaryFolder();
    const deps = { launch, home, files: createDurableFiles(), clock: systemClock, log: createQuietLog() };
    const { environment } = keyring;
    const again = () => createKeychainStore({ ...deps, environment });
    return { store: again(), again, end: async () => rmSync(home, { recursive: true }) };
  },
});
