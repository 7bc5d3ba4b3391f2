import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import type { SecretStore } from '../../../electron/core/credentials/secret-store.ts';
import { createVault, type Vault } from '../../../electron/core/credentials/vault.ts';
import { Failure } from '../../../electron/core/failure.ts';
import { createMemoryStore, type MemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles, type SideEffect } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const names = ['a', 'b', 'c'];

type Operation = { kind: 'add' | 'edit' | 'remove' | 'recover' | 'note'; name: string; value: string };

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('add', 'edit', 'edit', 'remove', 'recover', 'note'),
  name: fc.constantFrom(...names),
  value: fc.integer({ min: 0, max: 1e9 }).map((number) => `v${number}`),
});

/** A life of the vault: operations, started one after the other or all at once, until a side effect ends it. */
const life = fc.record({
  operations: fc.array(operation, { maxLength: 8 }),
  atOnce: fc.boolean(),
  endsAt: fc.integer({ min: 0, max: 40 }),
  when: fc.constantFrom('before' as const, 'after' as const),
  /** A kill ends everything; a fault lets the same vault go on. */
  isKill: fc.boolean(),
});

const throwing = (store: MemoryStore, effect: SideEffect): SecretStore => ({
  ...store,
  async set(id, secret) {
    effect('set', 'before');
    await store.set(id, secret);
    effect('set', 'after');
  },
  async delete(id) {
    effect('delete', 'before');
    await store.delete(id);
    effect('delete', 'after');
  },
});

const tested = { at: '2026-01-01T00:00:00.000Z', ok: true, message: 'fine', expiresAt: null };

/** For each name the values it may have; null stands for "not there". Acknowledged: one. In flight: the old and the new. */
type Model = Map<string, Set<string | null>>;

const run = async (vault: Vault, { kind, name, value }: Operation, model: Model): Promise<void> => {
  const known = model.get(name) ?? new Set([null]);
  const next = kind === 'remove' ? null : value;
  const section = { name, host: 'a.akamaiapis.net', clientToken: value, clientSecret: value, accessToken: value };
  if (kind === 'add' || kind === 'edit' || kind === 'remove') model.set(name, new Set([...known, next]));
  try {
    if (kind === 'add') await vault.add('akamai', section);
    if (kind === 'edit') await vault.edit(name, section);
    if (kind === 'remove') await vault.remove(name);
    if (kind === 'recover') await vault.recover();
    if (kind === 'note') await vault.note(vault.byName(name), { lastTest: tested });
    if (kind === 'add' || kind === 'edit' || kind === 'remove') model.set(name, new Set([next]));
  } catch (error) {
    const isRefused = error instanceof Failure && ['not-found', 'already-exists'].includes(error.code);
    if (isRefused) model.set(name, known);
  }
};

it('loses no credential and forgets no item, whatever is interrupted wherever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
      const contents = new Map<string, Buffer>();
      const store = createMemoryStore({ isOpen: true });
      const model: Model = new Map();
      const start = (effect: SideEffect): Vault =>
        createVault({
          home: '/home',
          store: throwing(store, effect),
          files: createMemoryFiles(contents, effect),
          clock: createFakeClock(),
          log: createQuietLog(),
        });
      for (const { operations, atOnce, endsAt, when, isKill } of lives) {
        let count = 0;
        const vault = start((_name, at) => {
          if (at === when) count += 1;
          if (at === when && (count === endsAt || (isKill && count > endsAt))) throw new Error('interrupted');
        });
        await vault.load();
        await vault.recover().catch(() => undefined);
        if (atOnce) {
          // Each name once: then what is acknowledged does not depend on an order that only the vault knows.
          const once = names.flatMap((name) => operations.filter((candidate) => candidate.name === name).slice(0, 1));
          await Promise.all(once.map((one) => run(vault, one, model)));
        } else {
          for (const one of operations) await run(vault, one, model);
        }
      }
      const vault = start(() => undefined);
      await vault.load();
      await vault.recover();
      for (const [name, values] of model) {
        const record = vault.list().find((candidate) => candidate.name === name);
        const secrets = record === undefined ? null : await vault.secretsOf(record.id);
        const found = secrets?.clientSecret?.reveal() ?? null;
        expect([...values]).toContain(found);
        model.set(name, new Set([found]));
      }
      const referenced = vault.list().map(({ secretId }) => secretId);
      expect([...store.items.keys()].sort()).toEqual(referenced.sort());
    }),
    { numRuns: Number(process.env.CHATELAINE_FUZZ_RUNS ?? 1500) },
  );
});
