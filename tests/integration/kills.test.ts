import { holderOf } from '../../electron/platform/host-lock.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, textOf, type Entry } from '../support/built-app.ts';
import { akamaiCanaries } from '../support/canaries.ts';
import { createTestHost, isAlive, startEmulator, type EmulatedAkamai, type TestHost } from '../support/test-host.ts';

describe('a host that is killed while it saves', () => {
  let test: TestHost;
  beforeAll(async () => {
    test = await createTestHost();
  });
  afterAll(() => test.close());

  it('has every acknowledged change after its restart, whatever the moment', { timeout: 240_000 }, async () => {
    /** What was acknowledged, by name: the tag, and the section as it was given. */
    const acknowledged = new Map<string, { tag: string; section: string }>();
    for (let round = 0; round < 15; round++) {
      const { child, exited } = await test.start();
      const before = acknowledged.size;
      const burst = Array.from({ length: 4 }, async (_, index) => {
        const draft = akamaiCanaries(`c-${round}-${index}`);
        const section = sectionOf(draft);
        if ((await test.add(draft.name, { ...draft, tags: ['first'] })).code !== 0) return;
        acknowledged.set(draft.name, { tag: 'first', section });
        const edited = await test.runWith('{"tags":["second"]}', 'edit', draft.name, '--json', '-');
        if (edited.code === 0) acknowledged.set(draft.name, { tag: 'second', section });
      });
      // At another moment each time: before the first answer, or after the first few.
      const enough = (): boolean => acknowledged.size - before >= round % 4;
      await expect.poll(enough, { interval: 1 + 7 * round, timeout: 10_000 }).toBe(true);
      child.kill('SIGKILL');
      await Promise.all([...burst, exited]);
      // What came later of the burst has started a host of its own on demand; that one is locked and harms nothing.
      // On a busy machine a second one may only be starting when the first is told to end.
      await expect.poll(async () => (await test.run('stop'), holderOf(test.home)), { timeout: 20_000 }).toBe(null);
    }
    await test.start();
    const stored = new Map(
      (await test.json<{ name: string; tags: string[] }[]>('list')).map(({ name, tags }) => [name, tags[0]]),
    );
    expect(acknowledged.size).toBeGreaterThan(15);
    for (const [name, { tag }] of acknowledged) {
      // An edit whose answer was lost may have been made all the same; an acknowledged one must have been.
      expect(tag === 'second' ? ['second'] : ['first', 'second'], name).toContain(stored.get(name));
    }
    const path = join(test.folder, 'elsewhere', 'edgerc');
    await writeFile(path, [...acknowledged.values()].map(({ section }) => section).join('\n'), { mode: 0o600 });
    const { sections } = await test.json<{ sections: { status: string }[] }>('import', path, '--preview');
    expect(sections.map(({ status }) => status)).toEqual([...acknowledged].map(() => 'identical'));
    expect(await test.json('activity', '--verify')).toMatchObject({ ok: true });
  });
});

const sectionOf = (draft: ReturnType<typeof akamaiCanaries>): string =>
  `[${draft.name}]\nhost = ${draft.host}\nclient_token = ${draft.clientToken}\nclient_secret = ${draft.clientSecret}\naccess_token = ${draft.accessToken}\n`;

describe('a worker that is killed in mid-call', () => {
  let test: TestHost;
  let akamai: EmulatedAkamai;
  let entry: Entry;
  beforeAll(async () => {
    test = await createTestHost();
    akamai = await startEmulator();
    await test.start();
    for (const credential of akamai.credentials.slice(0, 2)) await test.add(credential.name, credential);
    entry = await test.register('agent');
  });
  afterAll(async () => {
    await test.close();
    await akamai.stop();
  });

  it('is told to the client in words, leaves the other worker alone, and the next call works', async () => {
    const client = await connectClient(entry);
    const call = (name: string, customer: string) => client.callTool({ name, arguments: { customer } });
    await call('akamai_list_groups', 'acme-prod');
    await call('akamai_list_groups', 'globex');
    const workers = async () =>
      (await test.json<{ workers: { credential: string; pid: number; inFlight: number }[] }>('status')).workers;
    const before = await workers();
    await akamai.slow(30_000);
    const lost = call('akamai_list_contracts', 'globex');
    const busy = async () => (await workers()).find(({ inFlight }) => inFlight > 0);
    await expect.poll(busy, { timeout: 10_000 }).toMatchObject({ credential: 'globex' });
    process.kill((await busy())?.pid ?? 0, 'SIGKILL');

    const result = await lost;
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('The worker for this credential ended while the call ran');
    expect(textOf(await call('akamai_list_groups', 'globex'))).toContain('globex');
    const other = before.find(({ credential }) => credential === 'acme-prod');
    expect(isAlive(other?.pid ?? 0)).toBe(true);
    expect(await test.kinds()).toContain('worker-failed');
    await client.close();
  });
});
