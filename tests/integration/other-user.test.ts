import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointOf } from '../../electron/core/gateway/endpoint.ts';
import { bareEnvironment, connectClient } from '../support/built-app.ts';
import { createTestHost, startEmulator, type EmulatedAkamai, type TestHost } from '../support/test-host.ts';

const problem =
  process.platform !== 'linux'
    ? 'it is tested on Linux'
    : process.getuid?.() !== 0
      ? 'to become another user takes root'
      : spawnSync('setpriv', ['--version']).status !== 0
        ? 'setpriv is not installed'
        : null;
if (problem && process.env.CI) throw new Error(`CI must try it as another user: ${problem}.`);
if (problem) console.warn(`What another user of the machine can reach was not tried: ${problem}.`);

/** Runs as somebody else what another user would try; prints name and outcome of each attempt. */
const attempts = `
const fs = require('node:fs');
const net = require('node:net');
const { address, home, files, pids, url } = JSON.parse(process.argv[2]);
const tried = {};
const attempt = async (name, action) => {
  try { tried[name] = 'done: ' + String(await action()).slice(0, 60); } catch (error) { tried[name] = error.code ?? error.name; }
};
const connect = (path) => new Promise((resolve, reject) => {
  const socket = net.connect(path, () => resolve('connected')).on('error', reject);
});
(async () => {
  await attempt('connect', () => connect(address));
  await attempt('list the data folder', () => fs.readdirSync(home));
  await attempt('write into the data folder', () => fs.writeFileSync(home + '/planted', 'x'));
  for (const file of files) await attempt('read ' + file, () => fs.readFileSync(home + '/' + file));
  for (const [name, pid] of Object.entries(pids)) {
    for (const what of ['environ', 'mem', 'maps']) await attempt(what + ' of ' + name, () => fs.closeSync(fs.openSync('/proc/' + pid + '/' + what)) ?? fs.readFileSync('/proc/' + pid + '/' + what));
    await attempt('fd of ' + name, () => fs.readdirSync('/proc/' + pid + '/fd'));
    await attempt('signal to ' + name, () => process.kill(pid, 'SIGUSR1'));
  }
  const page = await fetch(url);
  tried.page = page.status + ' ' + (await page.text());
  console.log(JSON.stringify({ uid: process.getuid(), tried }));
  process.exit(0);
})();
`;

describe.skipIf(problem !== null)('another user of the machine', () => {
  let test: TestHost;
  let akamai: EmulatedAkamai;
  beforeAll(async () => {
    test = await createTestHost();
    akamai = await startEmulator();
  });
  afterAll(async () => {
    await test.close();
    await akamai.stop();
  });

  const files = ['credentials.json', 'vault.sealed', 'grants.json', 'control.key', 'launch.json', 'logs/host.log'];

  async function tryAll(): Promise<Record<string, string>> {
    const line = JSON.parse(test.host().firstLine) as { url: string; pid: number };
    await test.add('acme-prod', akamai.credentials[0]);
    const client = await connectClient(await test.register(`agent-${line.pid}`));
    await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    const { workers } = await test.json<{ workers: { pid: number }[] }>('status');
    const bridge = (client.transport as { pid?: number } | undefined)?.pid;
    const pids = { host: line.pid, worker: workers[0]?.pid, bridge };
    expect(Object.values(pids).filter((pid) => typeof pid === 'number')).toHaveLength(3);
    // The ways to the data folder are open, so that only our own modes stand in between.
    await chmod(test.folder, 0o755);
    const script = join(test.folder, 'attempts.cjs');
    writeFileSync(script, attempts, { mode: 0o644 });
    const facts = { address: endpointOf(test.home).address, home: test.home, files, pids, url: line.url };
    const { stdout, stderr } = spawnSync(
      'setpriv',
      ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, script, JSON.stringify(facts)],
      { encoding: 'utf8', env: bareEnvironment() },
    );
    await client.close();
    if (!stdout) throw new Error(stderr);
    const { uid, tried } = JSON.parse(stdout) as { uid: number; tried: Record<string, string> };
    expect(uid).toBe(65_534);
    return tried;
  }

  const successes = (tried: Record<string, string>): string[] =>
    Object.entries(tried).flatMap(([name, outcome]) => (outcome.startsWith('done') ? [`${name}: ${outcome}`] : []));

  it('reaches no file, no socket and no process of ours; on loopback only the page that says nothing', async () => {
    await test.start();
    const { page, ...tried } = await tryAll();
    expect(successes(tried)).toEqual([]);
    expect(Object.keys(tried)).toHaveLength(3 + files.length + 3 * 5);
    for (const [name, outcome] of Object.entries(tried)) expect(outcome, name).toMatch(/^(EACCES|EPERM)$/);
    // The page's files hold nothing; what they ask for needs a session.
    expect(page).toMatch(/^200 <!doctype html>/);
    expect(page).not.toContain('acme');
    await test.run('stop');
  });

  it('reaches nothing either where a careless umask and an open data folder were left behind', async () => {
    await chmod(test.home, 0o777);
    const before = process.umask(0);
    await test.start();
    process.umask(before);
    const { page, ...tried } = await tryAll();
    expect(page).toMatch(/^200 /);
    expect(successes(tried)).toEqual([]);
  });
});
