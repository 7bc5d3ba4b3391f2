import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, textOf, type Entry } from '../support/built-app.ts';
import { createTestHost, isAlive, startEmulator, type EmulatedAkamai, type TestHost } from '../support/test-host.ts';

describe('a host that is killed while it saves', () => {
  let test: TestHost;
  beforeAll(async () => {
    test = await createTestHost();
  });
  afterAll(() => test.close());

  it('has every acknowledged change after its restart, whatever the moment', async () => {
    const tags = new Map<string, string>();
    let acknowledged = 0;
    for (let round = 0; round < 15; round++) {
      await test.start();
      const running = test.host().child;
      const burst = Array.from({ length: 6 }, async (_, index) => {
        const name = `c-${round}-${index}`;
        const added = await test.add(name, { tags: ['first'] });
        if (added.code !== 0) return;
        tags.set(name, 'first');
        const edited = await test.runWith('{"tags":["second"]}', 'edit', name, '--json', '-');
        if (edited.code === 0) tags.set(name, 'second');
      });
      // At another moment each time: from before the first answer to after several.
      const killAt = acknowledged + (round % 5);
      await expect
        .poll(() => tags.size >= killAt || burst.length === 0, { interval: 1 + 3 * round, timeout: 10_000 })
        .toBe(true);
      running.kill('SIGKILL');
      await Promise.all([...burst, test.host().exited]);
      acknowledged = tags.size;

      // What came later of the burst has started a host of its own on demand; it is locked and harms nothing.
      await test.run('stop');
    }
    await test.start();
    const stored = new Map(
      (await test.json<{ name: string; tags: string[] }[]>('list')).map((entry) => [entry.name, entry.tags[0]]),
    );
    expect(acknowledged).toBeGreaterThan(15);
    for (const [name, tag] of tags) {
      // An edit whose answer was lost may have been made all the same; an acknowledged one must have been.
      expect(tag === 'second' ? ['second'] : ['first', 'second'], name).toContain(stored.get(name));
      expect((await test.run('export', name, '--edgerc', '--yes')).stdout).toContain('CANARY-clientSecret');
    }
    expect(await test.json('activity', '--verify')).toMatchObject({ ok: true });
  });
});

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
