import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpointOf } from '../../electron/core/gateway/endpoint.ts';
import { bareEnvironment, chatelaine, codeFolder, connectClient, startProgram, textOf } from '../support/built-app.ts';
import { createTestHost, expectFailure, passphrase, type TestHost } from '../support/test-host.ts';

const section = (name: string): string =>
  `[${name}]\nhost = akab-x.luna.akamaiapis.net\nclient_token = t\nclient_secret = s\naccess_token = a\n`;

describe('an .edgerc that cannot be imported', () => {
  let test: TestHost;
  const file = (name: string): string => join(test.folder, 'elsewhere', name);

  beforeAll(async () => {
    test = await createTestHost();
    await test.start();
    await test.add('kept');
  });
  afterAll(() => test.close());

  it('because it is not there', async () => {
    expectFailure(await test.run('import', file('none'), '--all'), 4, /There is no file .*none\. Nothing/, /path/);
    expectFailure(await test.run('import', file('passphrase/x'), '--all'), 1, /Nothing was imported/, /folder/);
  });

  it('because it is a folder', async () => {
    await mkdir(file('folder'));
    expectFailure(await test.run('import', file('folder'), '--all'), 2, /is not a file\. Nothing was imported/, /path/);
  });

  it('because it is larger than any .edgerc, even by far', async () => {
    for (const bytes of [64 * 1024 + 1, 64 << 20]) {
      await writeFile(file('large'), Buffer.alloc(bytes, '#'));
      expectFailure(await test.run('import', file('large'), '--all'), 1, /has more than 64 KiB\. Nothing/, /path/);
    }
  });

  it('because it holds no section that could be one', async () => {
    await writeFile(file('noise'), Buffer.from(Array.from({ length: 2_000 }, (_, at) => (at * 7919) % 256)));
    const ran = await test.run('import', file('noise'), '--all');
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });

  it('in part: what is whole is stored, what is not is refused by name', async () => {
    await writeFile(file('partly'), `${section('whole')}[broken]\nhost = evil.example\n`, { mode: 0o600 });
    const ran = await test.run('import', file('partly'), '--all', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      imported: ['whole'],
      sections: [
        { section: 'whole', status: 'new' },
        { section: 'broken', status: 'refused' },
      ],
    });
  });

  it('and one that others can read is imported with a warning that says what to do', async () => {
    await writeFile(file('open'), section('open'), { mode: 0o600 });
    await chmod(file('open'), 0o644);
    const ran = await test.run('import', file('open'), '--all');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(`mode 644 instead of 600). Run: chmod 600 '${file('open')}'`);
  });

  it('and nothing that was there is lost', async () => {
    expect(await test.names()).toEqual(['kept', 'open', 'whole']);
  });

  it.skipIf(process.getuid?.() !== 0)('because another user owns it and keeps it to himself', async () => {
    const nobody = 65_534;
    await chmod(test.folder, 0o755);
    await chmod(join(test.folder, 'elsewhere'), 0o755);
    await writeFile(file('private'), section('private'), { mode: 0o600 });
    const home = join(test.folder, 'home-of-nobody');
    await mkdir(home, { mode: 0o700 });
    await chown(home, nobody, nobody);
    const environment = { ...test.environment, CHATELAINE_HOME: home, CHATELAINE_PASSPHRASE_FILE: file('theirs') };
    await writeFile(file('theirs'), passphrase, { mode: 0o600 });
    await chown(file('theirs'), nobody, nobody);
    const as = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(codeFolder, 'cli.cjs'), ...args], {
        env: environment,
        uid: nobody,
        gid: nobody,
        encoding: 'utf8',
      });
      return { code: status, stdout, stderr };
    };
    const served = await startProgram(['serve', '--vault', 'file'], environment, { uid: nobody, gid: nobody });
    expectFailure(as('import', file('private'), '--all'), 1, /No permission for .*private\. Nothing/, /who owns/);
    await chmod(file('private'), 0o644);
    expect(as('import', file('private'), '--all').stderr).toContain('belongs to another user');
    await served.stop();
  });
});

describe('an address that is taken', () => {
  let test: TestHost;
  let others: (Server | ReturnType<typeof createHttpServer>)[] = [];
  const address = (): string => endpointOf(test.home).address;

  beforeAll(async () => {
    test = await createTestHost();
  });
  beforeEach(() => async () => {
    for (const other of others) await new Promise((resolve) => other.close(resolve));
    others = [];
    await test.run('stop');
    await rm(address(), { force: true });
  });
  afterAll(() => test.close());

  /** Another program at the host's address, which keeps what it is told and may answer. */
  async function squat(answer: (socket: Socket) => void = () => undefined): Promise<{ heard: () => string }> {
    let heard = '';
    const squatter = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard += String(chunk);
        answer(socket);
      });
    });
    others.push(squatter);
    await mkdir(test.home, { recursive: true, mode: 0o700 });
    await new Promise<void>((resolve) => squatter.listen(address(), resolve));
    return { heard: () => heard };
  }

  it('is named when it is the port, and nothing runs afterwards', async () => {
    const other = createHttpServer();
    others.push(other);
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ran = await chatelaine(['serve', '--vault', 'file', '--port', String(port)], test.environment);
    expectFailure(ran, 1, `Port ${port} is taken by another program. Chatelaine did not start.`, '--port');
    expectFailure(await test.run('status'), 1, 'is not running', 'chatelaine serve');
    await expect(stat(join(test.home, 'host.lock'))).rejects.toThrow('ENOENT');
  });

  it.each(['-1', '65536', 'x', '1e3', ''])('is not looked for when the port is %j', async (port) => {
    const ran = await chatelaine(['serve', '--vault', 'file', `--port=${port}`], test.environment);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--port takes a number from 0 to 65535');
  });

  it('is taken over when its owner was killed, however often', async () => {
    for (let round = 0; round < 3; round++) {
      await test.start();
      await test.kill();
      expect((await stat(address())).isSocket()).toBe(true);
    }
    await test.start();
    expect((await test.run('status')).code).toBe(0);
  });

  it('is not taken over while another program answers there', async () => {
    await squat();
    const ran = await chatelaine(['serve', '--vault', 'file'], test.environment);
    expectFailure(ran, 1, `Another program has taken the address of Chatelaine: ${address()}`, 'pose as Chatelaine');
  });

  it('is not taken over when it is not even a socket', async () => {
    await mkdir(test.home, { recursive: true, mode: 0o700 });
    await writeFile(address(), 'mine');
    expectFailure(
      await chatelaine(['serve', '--vault', 'file'], test.environment),
      1,
      'Another program has taken the address',
      'end it',
    );
    expect(await readFile(address(), 'utf8')).toBe('mine');
  });

  it('is not trusted by command or client when somebody poses there, and he learns nothing', async () => {
    await test.start();
    const entry = await test.register('agent');
    const keys = await Promise.all([
      readFile(join(test.home, 'control.key')),
      readFile(join(test.home, 'registrations', `${entry.env.CHATELAINE_REGISTRATION ?? ''}.key`)),
    ]);
    await test.run('stop');
    const reply = `${JSON.stringify({ nonce: 'x', proof: 'x' })}\n${JSON.stringify({ ok: true })}\n`;
    const { heard } = await squat((socket) => socket.write(reply));

    expectFailure(await test.run('export', 'kept', '--edgerc', '--yes'), 1, 'does not know our key', 'which program');
    expectFailure(await test.add('new'), 1, 'does not know our key', 'which program');
    const client = await connectClient(entry);
    const result = await client.callTool({ name: 'akamai_list_customers', arguments: {} });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('Another program answers at the address of Chatelaine');
    await client.close();

    const lines = heard().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(['v', 'id', 'purpose', 'nonce']);
    for (const secret of [passphrase, ...keys.map((key) => key.toString('base64'))])
      expect(heard()).not.toContain(secret);
  });

  it('is said to be taken when somebody sits there in silence', async () => {
    await squat();
    expectFailure(await test.run('list'), 1, 'Another program has taken the address', 'end it');
  });

  it('of a data folder is one host’s only, and the second one harms nothing', async () => {
    const first = await test.start();
    const second = await chatelaine(['serve'], test.environment);
    expectFailure(second, 1, `already runs for this data folder (process ${first.child.pid ?? ''})`, 'chatelaine stop');
    expect((await test.run('status')).code).toBe(0);
  });
});

describe('wrong usage', () => {
  it.each([
    [['frobnicate'], 'There is no command called "frobnicate"'],
    [['list', '--frobnicate'], 'Nothing was done'],
    [['approve'], 'Something is missing'],
    [['grant', 'a', 'akamai', '--write', 'perhaps'], '--write takes allow, ask or deny'],
    [['exec', 'akamai/x', 'true'], 'A credential, `--` and a command are needed'],
    [['serve', '--vault', 'cloud'], '--vault takes keychain or file'],
    [['serve', '--frobnicate'], 'Usage: serve'],
  ])('%j exits with 2 and says what would be right', async (args, said) => {
    const ran = await chatelaine(args, bareEnvironment());
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(said);
  });
});
