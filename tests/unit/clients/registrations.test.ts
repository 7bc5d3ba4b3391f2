import { describe, expect, it } from 'vitest';
import type { StableRuntime } from '../../../electron/core/clients/stable-runtime.ts';
import { createRegistrations, type Registrations } from '../../../electron/core/clients/registrations.ts';
import { createPolicyStore } from '../../../electron/core/consent/policy-store.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const [first, second] = ['1'.repeat(16), '2'.repeat(16)];

/** A data folder, and hosts of any version that are started on it one after the other. */
const setUp = () => {
  const store = createMemoryStore({ isOpen: true });
  const files = createMemoryFiles();
  const copies = new Set<string>();
  const runtimeOf = (own: string): StableRuntime => ({
    async ensure() {
      copies.add(own);
      return own;
    },
    pathsOf: (hash) => ({ node: `/home/runtime/${hash}/node`, bridge: `/home/runtime/${hash}/bridge.cjs` }),
    async isThere(hash) {
      if (hash === own) copies.add(own);
      return copies.has(hash);
    },
    async sweep(used) {
      for (const hash of copies) if (hash !== own && !used.includes(hash)) copies.delete(hash);
    },
  });
  const start = async (own: string) => {
    const policy = createPolicyStore({ home: '/home', store, files, log: createQuietLog() });
    await policy.load();
    const stableRuntime = runtimeOf(own);
    const registrations = createRegistrations({
      home: '/home',
      policy,
      files,
      clock: createFakeClock(),
      stableRuntime,
    });
    await registrations.sweepKeys();
    await policy.open();
    await registrations.tidyRuntimes();
    return registrations;
  };
  const keys = (): string[] => [...files.contents.keys()].filter((path) => path.endsWith('.key'));
  return { start, files, copies, keys };
};

const create = async (registrations: Registrations, wanted: ReturnType<typeof agent>) => {
  const draft = await registrations.draft(wanted);
  await registrations.add(draft);
  return draft;
};

const agent = (name: string) => ({ client: 'other', name, providers: ['akamai'], credentials: 'all' as const });

describe('what a registered client launches', () => {
  it('stays where it is over an update, and goes with the registration', async () => {
    const { start, copies } = setUp();
    const old = await create(await start(first), agent('old'));
    const updated = await start(second);
    expect((await updated.entryOf(updated.byName('old'), 'akamai')).args[1]).toContain(`/${first}/`);
    expect((await updated.entryOf(await create(updated, agent('new')), 'akamai')).args[1]).toContain(`/${second}/`);
    expect(await updated.whyNotLaunchable(old)).toBeNull();
    await updated.remove('old');
    await start(second);
    expect([...copies]).toEqual([second]);
  });

  it('is said to be missing where it cannot be made again', async () => {
    const { start, copies } = setUp();
    const made = await create(await start(first), agent('old'));
    const updated = await start(second);
    copies.clear();
    expect(await updated.whyNotLaunchable(made)).toMatch(/gone.*runtime.1{16}.*Unregister old/);
    expect(await updated.whyNotLaunchable(await create(updated, agent('new')))).toBeNull();
  });
});

describe('keys without a registration', () => {
  it('are swept at the next start, and only those', async () => {
    const { start, files, keys } = setUp();
    await create(await start(first), agent('kept'));
    const [kept] = keys();
    files.contents.set('/home/registrations/orphan.key', Buffer.alloc(32));
    files.contents.set('/home/registrations/notes.txt', Buffer.from('not ours'));
    await start(first);
    expect(keys()).toEqual([kept]);
    expect(files.contents.has('/home/registrations/notes.txt')).toBe(true);
  });

  it.each<[string, (contents: Map<string, Buffer>) => void]>([
    ['lost', (contents) => void contents.delete('/home/grants.json')],
    ['damaged', (contents) => void contents.set('/home/grants.json', Buffer.from('{'))],
  ])('are kept while the list is %s: it may come back from a backup', async (_, harm) => {
    const { start, files, keys, copies } = setUp();
    await create(await start(first), agent('kept'));
    harm(files.contents);
    await start(second);
    expect(keys()).toHaveLength(1);
    expect(copies).toContain(first);
  });
});
