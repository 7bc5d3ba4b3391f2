import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLaunch } from '../../electron/platform/child-launch.ts';
import { codeFolder, connectClient, textOf, type Entry, type HostLine } from '../support/built-app.ts';
import { keyringMissing, startKeyring, type Keyring } from '../support/keyring.ts';
import { createQuietLog } from '../support/quiet-log.ts';
import { temporaryFolder } from '../support/temp-folder.ts';
import { createTestHost, isAlive, startEmulator, type EmulatedAkamai, type TestHost } from '../support/test-host.ts';

const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('What a child inherits is looked up in /proc, so it is tested on Linux only.');

const ofProcess = (pid: number, what: string): string => readFileSync(`/proc/${pid}/${what}`, 'utf8');
const argumentsOf = (pid: number): string[] => ofProcess(pid, 'cmdline').split('\0').slice(0, -1);
const variablesOf = (pid: number): string[] =>
  ofProcess(pid, 'environ')
    .split('\0')
    .filter(Boolean)
    .map((variable) => variable.slice(0, variable.indexOf('=')))
    .sort();
const descriptorsOf = (pid: number): { slot: number; target: string }[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((slot) => {
    try {
      return [{ slot: Number(slot), target: readlinkSync(`/proc/${pid}/fd/${slot}`) }];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });
const childrenOf = (pid: number): number[] =>
  ofProcess(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);

const missing = keyringMissing();
const vaults = missing ? (['file'] as const) : (['file', 'keychain'] as const);

/** Variables that would change or open a child that inherited them. */
const hostile = {
  NODE_OPTIONS: '--no-deprecation',
  LD_PRELOAD: '/nonexistent/evil.so',
  AKAMAI_CLIENT_SECRET: 'theirs',
  AKAMAI_LOG_LEVEL: 'debug',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  SSLKEYLOGFILE: '/tmp/keys',
  ELECTRON_RUN_AS_NODE: '1',
};

describe.skipIf(!isLinux).each(vaults)('the children of a host on a %s vault', (vault) => {
  let test: TestHost;
  let akamai: EmulatedAkamai;
  let keyring: Keyring | null = null;
  let host: ChildProcess;
  let bridge: ChildProcess;
  const started: ChildProcess[] = [];
  let entry: Entry;
  let pids: { worker: number; broker: number | null };

  beforeAll(async () => {
    if (vault === 'keychain') keyring = await startKeyring();
    test = await createTestHost({ vault, variables: keyring?.environment ?? {} });
    akamai = await startEmulator();
    host = await startWithForeignDescriptors();
    await test.add('acme-prod', akamai.credentials[0]);
    entry = await test.register('agent');
    expect((await test.run('test', 'acme-prod')).code).toBe(0);
    const { workers } = await test.json<{ workers: { pid: number }[] }>('status');
    const worker = workers[0]?.pid ?? 0;
    pids = { worker, broker: childrenOf(host.pid ?? 0).find((pid) => pid !== worker) ?? null };
    expect(pids.broker === null).toBe(vault === 'file');
    bridge = spawn(entry.command, entry.args, { env: entry.env, stdio: ['pipe', 'pipe', 'inherit'] });
    started.push(bridge);
    bridge.stdin?.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } } })}\n`,
    );
    if (bridge.stdout) await once(createInterface({ input: bridge.stdout }), 'line');
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await test.close();
    await akamai.stop();
    await keyring?.stop();
  });

  /**
   * As a service manager would that leaves files open: numbers below and above what Node itself uses. The host's program
   * itself, since `chatelaine serve` replaces its process and drops them already.
   */
  async function startWithForeignDescriptors() {
    const script = 'exec 9</etc/hostname 15</etc/passwd 27<>/dev/zero; exec "$@"';
    const command = [process.execPath, '--disable-sigusr1', join(codeFolder, 'headless.cjs'), '--vault', vault];
    const child = spawn('/bin/bash', ['-c', script, 'sh', ...command], {
      // The dynamic linker and Node itself obey these two, so they are set on the host only where they cannot break it.
      env: { ...test.environment, ...hostile, LD_PRELOAD: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    const [first] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect((JSON.parse(first) as HostLine).pid).toBe(child.pid);
    const targets = descriptorsOf(child.pid ?? 0).map(({ target }) => target);
    expect(targets).toEqual(expect.arrayContaining(['/etc/passwd', '/dev/zero']));
    return child;
  }
  const both = (): number[] => [pids.worker, ...(pids.broker === null ? [] : [pids.broker])];

  it('have exactly the variables of the list', () => {
    const channel = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'];
    // `sh`, which forbids the core dump, sets PWD; the rest is what the host itself has of the list.
    const basic = ['LANG', 'PATH', 'PWD', ...channel].sort();
    expect(variablesOf(pids.worker)).toEqual(basic);
    if (pids.broker !== null)
      expect(variablesOf(pids.broker)).toEqual([...basic, 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'].sort());
    for (const pid of both())
      for (const value of Object.values(hostile)) expect(ofProcess(pid, 'environ')).not.toContain(`=${value}\0`);
  });

  it('are started with every protection and without a word of the credential', () => {
    for (const pid of both()) {
      const all = argumentsOf(pid);
      for (const flag of [
        '--permission',
        '--disable-sigusr1',
        '--disallow-code-generation-from-strings',
        '--disable-proto=delete',
        '--report-exclude-env',
        '--use-system-ca',
        `--allow-fs-read=${join(codeFolder, '*')}`,
      ])
        expect(all).toContain(flag);
      expect(all.includes('--allow-addons')).toBe(pid === pids.broker);
      expect(all.includes('--no-addons')).toBe(pid === pids.worker);
      const { clientToken, clientSecret, accessToken } = akamai.credentials[0] ?? {};
      for (const secret of [clientToken, clientSecret, accessToken]) expect(all.join(' ')).not.toContain(secret);
    }
  });

  it('hold stdio, the channel, what Node opens itself, and /dev/null in every other slot', () => {
    for (const pid of both()) {
      const foreign = descriptorsOf(pid).filter(
        ({ slot, target }) =>
          slot > 3 && target !== '/dev/null' && !/^anon_inode:|^pipe:|^\/dev\/random|^\/dev\/urandom/.test(target),
      );
      // An established connection to the issuer or to the session bus is the child's own.
      expect(foreign.filter(({ target }) => !target.startsWith('socket:'))).toEqual([]);
      const inherited = new Set(descriptorsOf(host.pid ?? 0).map(({ target }) => target));
      expect(foreign.filter(({ target }) => inherited.has(target))).toEqual([]);
      for (const slot of [9, 15, 27])
        expect(descriptorsOf(pid).find((one) => one.slot === slot)?.target ?? '/dev/null').toMatch(
          /^\/dev\/null$|^anon_inode:|^pipe:/,
        );
    }
  });

  it('leave no core dump', () => {
    for (const pid of both()) expect(ofProcess(pid, 'limits')).toMatch(/Max core file size\s+0\s+0\s/);
  });

  it.each(['headless', 'cli', 'bridge', 'akamai-worker', 'akamai-stdio', 'akamai-emulator', 'broker'])(
    'shut that door before any other line of %s runs',
    (name) => {
      const [before = '', after] = readFileSync(join(codeFolder, `${name}.cjs`), 'utf8').split('process.on("SIGUSR1"');
      expect(after).toBeDefined();
      const modules = [...before.matchAll(/^\/\/ (\S+\.[cm]?[jt]s)$/gm)].map(([, path]) => path ?? '');
      expect(modules.filter((path) => !/(shut-doors|broker)\.ts$|rolldown/.test(path))).toEqual([]);
    },
  );

  it('open no inspector when they are signalled, nor does host, bridge or emulator, and all live on', async () => {
    const all = [...both(), host.pid ?? 0, bridge.pid ?? 0, akamai.pid];
    for (let round = 0; round < 3; round++) {
      for (const pid of all) process.kill(pid, 'SIGUSR1');
      await expect(knock(9229)).rejects.toThrow('ECONNREFUSED');
    }
    // Each has answered something since, so each has had its turn to open one.
    expect((await test.run('test', 'acme-prod')).code).toBe(0);
    await fetch(akamai.url);
    await expect(knock(9229)).rejects.toThrow('ECONNREFUSED');
    expect(all.filter((pid) => !isAlive(pid))).toEqual([]);
  });

  it('end with the host, also when it is killed; the bridge stays for the client', async () => {
    host.kill('SIGKILL');
    await expect.poll(() => both().filter(isAlive), { timeout: 5_000 }).toEqual([]);
    expect(isAlive(bridge.pid ?? 0)).toBe(true);
    expect((await test.start()).child.pid).toBeGreaterThan(0);
    expect((await test.run('test', 'acme-prod')).code).toBe(0);
    const after = childrenOf(test.host().child.pid ?? 0);
    expect(after.length).toBeGreaterThan(0);
    expect((await test.run('stop')).code).toBe(0);
    await expect.poll(() => after.filter(isAlive), { timeout: 5_000 }).toEqual([]);
  });
});

const knock = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    connect(port, '127.0.0.1').once('connect', resolve).once('error', reject);
  });

const attempts = `
process.on('message', async ({ secret }) => {
  const tried = {};
  const attempt = async (name, action) => {
    try { await action(); tried[name] = 'done'; } catch (error) { tried[name] = error.code ?? error.name; }
  };
  const fs = require('node:fs');
  await attempt('read /etc/passwd', () => fs.readFileSync('/etc/passwd'));
  await attempt('read beside us', () => fs.readFileSync(__dirname + '/../secret'));
  await attempt('read the parent', () => fs.readFileSync('/proc/' + process.ppid + '/environ'));
  await attempt('list /', () => fs.readdirSync('/'));
  await attempt('write', () => fs.writeFileSync(__dirname + '/written', 'x'));
  await attempt('write in /tmp', () => fs.writeFileSync('/tmp/chatelaine-written', 'x'));
  await attempt('spawn', () => require('node:child_process').execFileSync('/bin/true'));
  await attempt('fork', () => require('node:child_process').fork(__filename));
  await attempt('worker', () => new (require('node:worker_threads').Worker)('0', { eval: true }));
  await attempt('eval', () => (0, eval)('1'));
  await attempt('new Function', () => new Function('return 1')());
  await attempt('vm', () => require('node:vm').runInNewContext('1'));
  await attempt('inspector', () => require('node:inspector').open(0));
  await attempt('addon', () => process.dlopen({ exports: {} }, __dirname + '/none.node'));
  await attempt('prototype', () => { if ({}.__proto__ === undefined) throw Object.assign(new Error(), { code: 'gone' }); });
  process.send({ tried });
});`;

describe('a program that is started as a child', () => {
  function fixture(text: string) {
    const folder = join(temporaryFolder(), 'code');
    mkdirSync(folder);
    writeFileSync(join(folder, 'fixture.cjs'), text);
    writeFileSync(join(folder, '..', 'secret'), 'secret');
    const hashes = { 'fixture.cjs': createHash('sha256').update(text).digest('hex') };
    return {
      folder,
      launch: createLaunch({
        runtime: process.execPath,
        codeFolder: folder,
        hashes,
        scratchFolder: join(folder, 'scratch'),
        log: createQuietLog(),
      }),
    };
  }

  it('can read its own folder and do nothing else to the machine', async () => {
    const { folder, launch } = fixture(attempts);
    const child = launch({ bundle: 'fixture.cjs' });
    const answer = new Promise<{ tried: Record<string, string> }>((resolve, reject) => {
      child.onMessage((message) => resolve(message as { tried: Record<string, string> }));
      child.onExit(({ code }) => reject(new Error(`ended with ${code ?? 'a signal'}`)));
    });
    await child.send({ secret: Buffer.from('x') });
    const { tried } = await answer;
    child.kill();
    expect(tried).toMatchObject({
      'read /etc/passwd': 'ERR_ACCESS_DENIED',
      'read beside us': 'ERR_ACCESS_DENIED',
      'read the parent': 'ERR_ACCESS_DENIED',
      'list /': 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      'write in /tmp': 'ERR_ACCESS_DENIED',
      spawn: 'ERR_ACCESS_DENIED',
      fork: 'ERR_ACCESS_DENIED',
      worker: 'ERR_ACCESS_DENIED',
      eval: 'EvalError',
      'new Function': 'EvalError',
      inspector: 'ERR_ACCESS_DENIED',
      prototype: 'gone',
    });
    expect(tried.addon).not.toBe('done');
    expect(existsSync(join(folder, 'written'))).toBe(false);
  });

  it('is not started when one byte of it is not what the host was built with', () => {
    const { folder, launch } = fixture('process.exit(0);');
    writeFileSync(join(folder, 'fixture.cjs'), 'process.exit(1);');
    expect(() => launch({ bundle: 'fixture.cjs' })).toThrow('is not the one that this version was built with');
    expect(() => launch({ bundle: '../code/fixture.cjs' })).toThrow('is not the one');
  });

  it('prints into the log only, and there no more than it should', async () => {
    const log = createQuietLog();
    const text = 'console.log("o".repeat(5000)); console.error("complaint"); process.on("message", () => undefined);';
    const { folder } = fixture(text);
    const hashes = { 'fixture.cjs': createHash('sha256').update(text).digest('hex') };
    const child = createLaunch({
      runtime: process.execPath,
      codeFolder: folder,
      hashes,
      scratchFolder: join(folder, 'scratch'),
      log,
    })({
      bundle: 'fixture.cjs',
    });
    await expect.poll(() => log.lines.join('\n')).toContain('complaint');
    expect(Math.max(...log.lines.map((line) => line.length))).toBeLessThan(2_300);
    child.kill();
  });
});

describe('a worker whose bundle was altered', () => {
  it('does not start, and the client and `test` are told why', async () => {
    const code = join(temporaryFolder(), 'out');
    cpSync(codeFolder, code, { recursive: true });
    const test = await createTestHost();
    const cli = (...args: string[]) => {
      const ran = spawnSync(process.execPath, [join(code, 'cli.cjs'), ...args], {
        env: test.environment,
        encoding: 'utf8',
        input: '',
      });
      return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
    };
    const served = spawn(process.execPath, [join(code, 'cli.cjs'), 'serve', '--vault', 'file'], {
      env: test.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: served.stdout }), 'line');
    await test.add('acme-prod');
    const entry = await test.register('agent');
    writeFileSync(join(code, 'akamai-worker.cjs'), `${readFileSync(join(code, 'akamai-worker.cjs'), 'utf8')}\n// evil`);
    const ran = cli('test', 'acme-prod');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('is not the one that this version was built with, so it was not started.');
    const client = await connectClient(entry);
    const result = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    expect(textOf(result)).toContain('is not the one that this version was built with');
    await client.close();
    expect(childrenOf(served.pid ?? 0)).toEqual([]);
    await test.close();
    served.kill('SIGKILL');
  });
});
