import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../electron/core/activity/record.ts';
import type { Person } from '../../../electron/core/consent/person.ts';
import type { Requester } from '../../../electron/core/contract/dispatch.ts';
import { createClearings } from '../../../electron/core/clearings.ts';
import { viewer } from '../../../electron/core/credentials/credential-handlers.ts';
import { secretHandlers } from '../../../electron/core/credentials/secret-handlers.ts';
import { createVault } from '../../../electron/core/credentials/vault.ts';
import { Failure } from '../../../electron/core/failure.ts';
import type { Lock } from '../../../electron/core/lock.ts';
import { createSupervisor } from '../../../electron/core/workers/supervisor.ts';
import { workerSource } from '../../../electron/core/workers/worker-source.ts';
import type { CredentialMessage } from '../../../electron/core/workers/protocol.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { akamaiCanaries, canary } from '../../support/canaries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeLaunch, type FakeChild } from '../../support/fake-launch.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const window: Requester = { transport: 'ipc', proof: null };
const fresh = canary('fresh-secret');

/** The real vault and supervisor; workers whose issuer takes only the secrets that `accepts` names. */
async function setUp({ accepts = (secret: string): boolean => secret !== '', proves = true } = {}) {
  const clock = createFakeClock();
  const log = createQuietLog();
  const vault = createVault({
    home: '/home',
    store: createMemoryStore({ isOpen: true }),
    files: createMemoryFiles(),
    clock,
    log,
  });
  await vault.load();
  const held = new WeakMap<FakeChild, string>();
  const { launch, children } = createFakeLaunch((child, message) => {
    if (message.type === 'credential') held.set(child, secretIn(message));
    if (message.type !== 'call') return;
    const ok = accepts(held.get(child) ?? '');
    child.say({
      type: 'result',
      id: message.id,
      outcome: ok
        ? { ok: true, text: 'Akamai answered.', structured: { expiresAt: '2027-01-01T00:00:00.000Z' } }
        : { ok: false, error: { code: 'upstream', message: 'Akamai refused it (401).', hint: 'Check it.' } },
    });
  });
  const supervisor = createSupervisor({ launch, source: workerSource(vault), clock, log });
  const clearings = createClearings(clock);
  const lines: object[] = [];
  const clip = { text: '' };
  const refusal = new Failure('refused', 'No.', '');
  const handlers = secretHandlers({
    vault,
    supervisor,
    // Only these of their methods are asked.
    activity: { append: async (entry: object) => void lines.push(entry) } as unknown as Activity,
    person: { prove: async () => (proves ? undefined : Promise.reject(refusal)) } as unknown as Person,
    lock: { assertUnlocked: () => undefined } as unknown as Lock,
    clock,
    clearLater: clearings.later,
    network: () => ({ proxy: 'http://proxy.example:8080', ca: null }),
    clipboard: { read: async () => clip.text, write: (text) => void (clip.text = text) },
    viewOf: viewer({
      dueOf: () => ({ state: 'unknown', dueAt: null, source: null, snoozedUntil: null }),
      lastUsedAt: () => null,
    }),
  });
  const section = akamaiCanaries('acme');
  const { record } = await vault.add('akamai', section);
  return { clock, vault, supervisor, children, lines, clip, handlers, record, held, section, clearings };
}

const secretIn = ({ secrets }: CredentialMessage): string => Buffer.from(secrets.clientSecret ?? []).toString('utf8');

describe('replacing a secret by hand', () => {
  it('tests the new one first, keeps it, and hands it to the worker in use without ending it', async () => {
    const { handlers, supervisor, vault, record, children, held } = await setUp();
    await supervisor.call(record.id, 'akamai_list_groups', {}, null);
    const inUse = children[0];
    const answer = await handlers['credentials.replace']({ name: 'acme', secrets: { clientSecret: fresh } }, window);
    expect(answer).toMatchObject({
      ok: true,
      credential: { lastTest: { ok: true, expiresAt: '2027-01-01T00:00:00.000Z' } },
    });
    expect((await vault.secretsOf(record.id)).clientSecret?.reveal()).toBe(fresh);
    expect(inUse?.killed).toBe(false);
    expect(inUse && held.get(inUse)).toBe(fresh);
    // The worker that only tried it went the way that was set, and is gone.
    expect(children[1]?.received[0]).toMatchObject({ network: { proxy: 'http://proxy.example:8080' } });
    expect(children[1]?.killed).toBe(true);
    expect(JSON.stringify(answer)).not.toContain(fresh);
  });

  it('changes nothing when the issuer refuses the new one', async () => {
    const { handlers, vault, record, lines } = await setUp({ accepts: (secret) => secret !== fresh });
    const before = vault.byName('acme');
    const answer = await handlers['credentials.replace']({ name: 'acme', secrets: { clientSecret: fresh } }, window);
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('Nothing was changed') });
    expect(vault.byName('acme')).toEqual(before);
    expect((await vault.secretsOf(record.id)).clientSecret?.reveal()).not.toBe(fresh);
    expect(lines).toMatchObject([{ kind: 'replacement-refused', outcome: 'upstream' }]);
  });

  it('does not switch to a secret that was tested against another host', async () => {
    const { handlers, vault, children } = await setUp();
    const replacing = handlers['credentials.replace']({ name: 'acme', secrets: { clientSecret: fresh } }, window);
    await vault.edit('acme', { accountSwitchKey: '1-OTHER' });
    await expect(replacing).rejects.toMatchObject({ code: 'changed' });
    expect(children.every(({ killed }) => killed)).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['only spaces', { clientSecret: '  ' }],
    ['a field that is no secret', { host: 'akab-evil.luna.akamaiapis.net' }],
    ['a secret that cannot travel in a header', { clientSecret: 'two words' }],
  ])('refuses %s before anything is asked of the issuer', async (_, secrets) => {
    const { handlers, children } = await setUp();
    await expect(handlers['credentials.replace']({ name: 'acme', secrets }, window)).rejects.toMatchObject({
      code: 'invalid-input',
    });
    expect(children).toEqual([]);
  });
});

describe('a reveal', () => {
  it('gives one secret for half a minute and leaves a line', async () => {
    const { handlers, lines, section } = await setUp();
    const { value, hideAfterMs } = await handlers['credentials.reveal'](
      { name: 'acme', field: 'clientSecret' },
      window,
    );
    expect(value).toBe(section.clientSecret);
    expect(hideAfterMs).toBe(30_000);
    expect(lines).toMatchObject([{ kind: 'secret-revealed', credential: 'acme', field: 'clientSecret' }]);
  });

  it('gives nothing without the person, and nothing that is no secret', async () => {
    const refused = await setUp({ proves: false });
    for (const name of ['credentials.reveal', 'credentials.copy'] as const)
      await expect(refused.handlers[name]({ name: 'acme', field: 'clientSecret' }, window)).rejects.toMatchObject({
        code: 'refused',
      });
    expect(refused.clip.text).toBe('');
    const { handlers } = await setUp();
    for (const field of ['host', '__proto__', 'constructor', 'secretId'])
      await expect(handlers['credentials.reveal']({ name: 'acme', field }, window)).rejects.toMatchObject({
        code: 'not-found',
      });
  });
});

describe('a copy', () => {
  it('is taken out of the clipboard after half a minute, and never reaches the window', async () => {
    const { handlers, clip, clock, section } = await setUp();
    const answer = await handlers['credentials.copy']({ name: 'acme', field: 'clientSecret' }, window);
    const { clientSecret } = section;
    expect(clip.text).toBe(clientSecret);
    expect(JSON.stringify(answer)).not.toContain(clientSecret);
    clock.advance(30_000);
    await expect.poll(() => clip.text).toBe('');
  });

  it('is taken out at once when Chatelaine is locked or ends', async () => {
    const { handlers, clip, clearings } = await setUp();
    await handlers['credentials.copy']({ name: 'acme', field: 'clientSecret' }, window);
    await clearings.now();
    expect(clip.text).toBe('');
  });

  it('leaves alone what the person has copied since', async () => {
    const { handlers, clip, clock } = await setUp();
    await handlers['credentials.copy']({ name: 'acme', field: 'clientSecret' }, window);
    clip.text = 'a shopping list';
    clock.advance(60_000);
    await Promise.resolve();
    expect(clip.text).toBe('a shopping list');
  });
});
