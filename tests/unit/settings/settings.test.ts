import { describe, expect, it } from 'vitest';
import { settingsHandlers } from '../../../electron/core/settings-handlers.ts';
import { createSettings, defaultSettings } from '../../../electron/core/settings.ts';
import { Failure } from '../../../electron/core/failure.ts';
import type { ActivityEntry } from '../../../electron/core/activity/entry.ts';
import { privateAuthority } from '../../support/certificates.ts';
import { createNetworkPin } from '../../../electron/core/network-pin.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';

const reading = async (text?: string) => {
  const files = createMemoryFiles(new Map(text === undefined ? [] : [['/home/settings.json', Buffer.from(text)]]));
  const settings = createSettings({ home: '/home', files });
  await settings.load();
  return settings.current();
};

describe('the settings file', () => {
  it('holds the defaults unless it says otherwise, each by itself', async () => {
    expect(await reading()).toEqual(defaultSettings);
    expect(await reading('{}')).toEqual(defaultSettings);
    expect(await reading('{"activity":{"keepDays":30}}')).toMatchObject({ activity: { maxFileMb: 8, keepDays: 30 } });
    expect((await reading('{"lock":{"idleMinutes":5}}')).lock).toEqual({
      idleMinutes: 5,
      onSleep: false,
      onSessionLock: false,
    });
  });

  it.each([
    ['', ''],
    ['[]', ''],
    ['{"activity":{"keepDays":0}}', 'activity.keepDays'],
    ['{"activity":{"keepDays":"30"}}', 'activity.keepDays'],
    ['{"activity":{"maxFileMB":1}}', 'maxFileMB'],
    ['{"activty":{}}', 'activty'],
    ['{"network":{"proxy":"socks5://x:1"}}', 'network.proxy'],
    ['{"network":{"proxy":"http://me:pw@proxy:8080"}}', 'user name or a password'],
    ['{"network":{"ca":"nothing"}}', 'no certificate'],
  ])('that is not valid stops the start in words: %s', async (text, named) => {
    await expect(reading(text)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(new RegExp(`^/home/settings.json is not valid.*${named}.*did not start`)),
      hint: expect.stringContaining('remove it'),
    });
  });
});

const setUp = async ({
  isLocked = false,
  isPerson = true,
  isDiskFull = false,
  contents = new Map<string, Buffer>(),
  store = createMemoryStore({ isOpen: true }),
} = {}) => {
  const files = createMemoryFiles(contents, () => {
    if (isDiskFull) throw new Failure('disk-full', 'The disk is full.', '');
  });
  const settings = createSettings({ home: '/home', files });
  await settings.load();
  const lines: ActivityEntry[] = [];
  const changed: (readonly string[])[] = [];
  let proofs = 0;
  const network = createNetworkPin({ store, settings: () => settings.current().network });
  await network.check();
  const handlers = settingsHandlers({
    settings,
    network,
    activity: { append: async (entry: ActivityEntry) => void lines.push(entry) } as never,
    person: {
      async prove() {
        proofs += 1;
        if (!isPerson) throw new Failure('refused', 'No.', '');
      },
    } as never,
    lock: {
      assertUnlocked() {
        if (isLocked) throw new Failure('locked', 'Locked.', '');
      },
    } as never,
    onChanged: async (names) => void changed.push(names),
  });
  const set = (change: Parameters<(typeof handlers)['settings.set']>[0]) =>
    handlers['settings.set'](change, { transport: 'ipc', proof: null } as never);
  return { set, settings, network, store, contents, lines, changed, proofs: () => proofs };
};

describe('a change from outside', () => {
  const proxy = 'http://proxy.example:8080';

  it('of the proxy in the file is not used until a person has confirmed it', async () => {
    const first = await setUp();
    await first.set({ network: { proxy } });
    expect(first.network.current()).toEqual({ proxy, ca: null });
    // A restart keeps what was confirmed.
    expect((await setUp(first)).network.current()).toEqual({ proxy, ca: null });
    const text = first.contents.get('/home/settings.json')?.toString() ?? '';
    const contents = new Map([['/home/settings.json', Buffer.from(text.replace('proxy.example', 'evil.example'))]]);
    const altered = await setUp({ contents, store: first.store });
    expect(altered.network.current()).toEqual({ proxy: null, ca: null });
    expect(altered.network.isTrusted()).toBe(false);
    await altered.set({ network: { proxy: 'http://evil.example:8080' } });
    expect(altered.proofs()).toBe(1);
    expect(altered.network.isTrusted()).toBe(true);
    expect(altered.lines).toEqual([{ kind: 'settings-changed', names: ['network'] }]);
  });

  it('that takes the proxy away needs nobody', async () => {
    const first = await setUp();
    await first.set({ network: { proxy } });
    const without = await setUp({ contents: new Map(), store: first.store });
    expect(without.network.isTrusted()).toBe(true);
    expect(without.network.current()).toEqual({ proxy: null, ca: null });
  });
});

describe('a change of a setting', () => {
  it.each([
    [{ lock: { idleMinutes: 5 } }, { lock: { idleMinutes: 60 } }],
    [{ lock: { idleMinutes: 5 } }, { lock: { idleMinutes: null } }],
    [{ lock: { onSleep: true } }, { lock: { onSleep: false } }],
    [{ lock: { onSessionLock: true } }, { lock: { onSessionLock: false } }],
    [{ activity: { keepDays: 365 } }, { activity: { keepDays: 1 } }],
    [{ rotation: { notify: true } }, { rotation: { notify: false } }],
  ])('from %j to %j turns protection down, so it needs the person; the way up does not', async (up, down) => {
    const contents = new Map<string, Buffer>();
    const person = await setUp({ contents });
    await person.set(up);
    expect(person.proofs()).toBe(0);
    const stranger = await setUp({ contents, isPerson: false });
    await expect(stranger.set(down)).rejects.toMatchObject({ code: 'refused' });
    await person.set(down);
    expect(person.proofs()).toBe(1);
  });

  it('is on disk, is in force, and is told by name', async () => {
    const { set, settings, contents, lines, changed, proofs } = await setUp();
    await set({ activity: { keepDays: 400 }, lock: { onSleep: true, idleMinutes: null } });
    expect(settings.current()).toMatchObject({ activity: { keepDays: 400, maxFileMb: 8 }, lock: { onSleep: true } });
    expect(await reading(contents.get('/home/settings.json')?.toString())).toEqual(settings.current());
    expect(lines).toEqual([{ kind: 'settings-changed', names: ['activity.keepDays', 'lock.onSleep'] }]);
    expect(changed).toEqual([['activity.keepDays', 'lock.onSleep']]);
    expect(proofs()).toBe(0);
  });

  it('to what is set already writes nothing and tells nobody', async () => {
    const { set, contents, lines, changed } = await setUp();
    await set({ activity: { keepDays: 365 }, network: { proxy: null } });
    expect([contents.size, lines, changed]).toEqual([0, [], []]);
  });

  it('of where secrets travel needs a person, and its values stay out of the record', async () => {
    const { ca } = privateAuthority('x');
    for (const network of [{ proxy: 'http://proxy.example:8080' }, { ca }]) {
      const stranger = await setUp({ isPerson: false });
      await expect(stranger.set({ network, activity: { keepDays: 1 } })).rejects.toMatchObject({ code: 'refused' });
      expect(stranger.settings.current()).toEqual(defaultSettings);
      const { set, lines, proofs } = await setUp();
      await set({ network });
      expect(proofs()).toBe(1);
      expect(lines).toEqual([{ kind: 'settings-changed', names: [`network.${Object.keys(network)[0] ?? ''}`] }]);
    }
  });

  it.each([
    [{ proxy: 'http://me:pw@proxy:8080' }, /user name or a password/],
    [{ proxy: 'http://proxy:8080/path?x' }, /more than scheme, host and port/],
    [{ ca: 'hello' }, /no certificate/],
    [{ ca: `${privateAuthority('x').ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----` }, /2 of 2/],
    [{ ca: privateAuthority('x').ca + privateAuthority('x').key }, /private key/],
  ])('of the network that cannot work is refused in words: %#', async (network, message) => {
    const { set, settings, contents } = await setUp();
    await expect(set({ network })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(new RegExp(`${message.source}.*No setting was changed`)),
    });
    expect([settings.current(), contents.size]).toEqual([defaultSettings, 0]);
  });

  it('that the disk does not take is not in force', async () => {
    const { set, settings, lines } = await setUp({ isDiskFull: true });
    await expect(set({ appearance: { theme: 'dark' } })).rejects.toMatchObject({ code: 'disk-full' });
    expect([settings.current(), lines]).toEqual([defaultSettings, []]);
  });

  it('waits for the unlocking, but for the looks', async () => {
    const { set, lines } = await setUp({ isLocked: true });
    await expect(set({ lock: { idleMinutes: null } })).rejects.toMatchObject({ code: 'locked' });
    expect(await set({ appearance: { theme: 'dark' } })).toMatchObject({ appearance: { theme: 'dark' } });
    expect(lines).toEqual([]);
  });
});
