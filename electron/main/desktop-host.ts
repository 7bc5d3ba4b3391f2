import { clipboard, powerMonitor, systemPreferences } from 'electron';
import type { Ports } from '../core/ports.ts';
import { systemClock } from '../core/clock.ts';
import { assertLongEnough } from '../core/consent/passphrase-rule.ts';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';
import type { Log } from '../core/log.ts';
import type { Launch } from '../core/workers/launch.ts';
import { createKeychainStore } from '../platform/keychain/keychain-store.ts';
import type { StoreChoice } from './setup.ts';

export type DesktopPorts = NonNullable<Ports['desktop']>;

/** What only a desktop has: the system's own question who sits there, and a clipboard. */
export const desktopPorts = (): Omit<DesktopPorts, 'notify'> => ({
  // Asked anew each time: a closed lid takes the sensor away.
  authenticate: () =>
    process.platform === 'darwin' && systemPreferences.canPromptTouchID()
      ? (reason) =>
          systemPreferences.promptTouchID(reason).then(
            () => true,
            () => false,
          )
      : null,
  // Newer Electrons answer with a promise, older ones at once.
  clipboard: { read: async () => clipboard.readText(), write: (text) => void clipboard.writeText(text) },
});

/** How long nobody has touched keyboard or mouse of this machine. */
export const idleMs = (): number => powerMonitor.getSystemIdleTime() * 1_000;

/** Which stores this machine has; the keychain proves itself by a round trip, so this can ask the person to unlock it. */
export async function storeChoices(deps: {
  home: string;
  launch: Launch;
  files: DurableFiles;
  log: Log;
}): Promise<StoreChoice[]> {
  const keychain = createKeychainStore({ ...deps, clock: systemClock });
  const problem = await keychain.open(null).then(
    () => null,
    (error: unknown) => (error instanceof Failure ? `${error.message} ${error.hint}` : 'It does not answer.'),
  );
  await keychain.close();
  return [
    {
      kind: 'keychain',
      available: problem === null,
      message: problem ?? 'A probe was written, read back and deleted.',
    },
    { kind: 'file', available: true, message: 'A file sealed with a passphrase that you choose.' },
  ];
}

/** A new file vault is made with the passphrase that comes with the choice, never with none. */
export function assertPassphrase(kind: StoreChoice['kind'], passphrase: Secret | null): void {
  if (kind === 'keychain') return;
  if (passphrase) {
    assertLongEnough(passphrase);
    return;
  }
  throw new Failure('invalid-input', 'A vault file needs a passphrase. Nothing was created.', 'Choose a passphrase.');
}
