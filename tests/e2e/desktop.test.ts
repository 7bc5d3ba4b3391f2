import { readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/built-app.ts';
import {
  agent,
  atHome,
  commandOf,
  createDesktopWorld,
  descendantsOf,
  descriptorsOf,
  eventually,
  groups,
  type DesktopWorld,
} from '../support/desktop-world.ts';
import { desktopMissing } from '../support/display.ts';

const missing = desktopMissing();
if (missing) console.warn(`The desktop app is left out: ${missing}`);

const shownWindows = (electron: ElectronApplication): Promise<string[]> =>
  electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) => window.webContents.getURL().replace(/.*#/, '#')),
  );

describe.runIf(!missing)('the window of the desktop app', () => {
  let world: DesktopWorld;
  let electron: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    world = await createDesktopWorld();
    electron = await world.drive('--demo');
    page = await electron.firstWindow();
    await atHome(page);
  });
  afterAll(() => world.close());

  it('has two functions and nothing of Node', async () => {
    expect(
      await page.evaluate(() => ({
        bridge: Object.entries((globalThis as unknown as { chatelaine: object }).chatelaine).map(
          ([name, value]) => `${name}: ${typeof value}`,
        ),
        node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter((name) => name in globalThis),
      })),
    ).toEqual({ bridge: ['call: function', 'onChange: function'], node: [] });
    const settings = await electron.evaluate(({ BrowserWindow }) => {
      // Public in all but the types.
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webviewTag };
    });
    expect(settings).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
    expect(
      descendantsOf(electron.process().pid ?? 0)
        .map(commandOf)
        .join('\n'),
    ).not.toContain('--no-sandbox');
  });

  it('is served with the strict policy, and the scheme knows its own files only', async () => {
    const answers = await electron.evaluate(async ({ BrowserWindow }) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents.session;
      const answers: [string, number | undefined, string | null | undefined][] = [];
      for (const path of ['/', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/nothing']) {
        const answer = await own?.fetch(`app://chatelaine${path}`);
        answers.push([path, answer?.status, answer?.headers.get('content-security-policy')]);
      }
      const other = await own?.fetch('app://evil.example/').catch(() => null);
      answers.push(['another host', other?.status, null]);
      return answers;
    });
    const [served, ...others] = answers;
    const [, status, policy] = served ?? [];
    expect(status).toBe(200);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
    for (const [path, code] of others) expect([undefined, 404], `${path}: ${code ?? ''}`).toContain(code);
    // What the window was loaded with is that answer: an inline script does not run.
    expect(
      await page.evaluate(() => {
        document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }));
        return 'ran' in globalThis;
      }),
    ).toBe(false);
  });

  it('goes nowhere: no navigation, no window, no frame of another origin, no webview', async () => {
    const address = page.url();
    await page.evaluate(() => {
      location.href = 'https://evil.example/';
    });
    await page.evaluate(() => {
      location.href = 'file:///etc/passwd';
    });
    expect(await page.evaluate(() => window.open('https://evil.example/') === null)).toBe(true);
    expect(await page.evaluate(() => window.open('about:blank') === null)).toBe(true);
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: 'https://evil.example/', target: '_blank' });
      document.body.append(link, document.createElement('webview'));
      link.click();
      const frame = Object.assign(document.createElement('iframe'), { src: 'https://evil.example/' });
      document.body.append(frame);
    });
    await new Promise((resume) => setTimeout(resume, 500));
    expect(page.url()).toBe(address);
    const contents = await electron.evaluate(({ webContents }) => webContents.getAllWebContents().length);
    expect(contents).toBe(1);
    expect(page.frames().map((frame) => frame.url())).not.toContain('https://evil.example/');
    await page.reload();
    await atHome(page);
  });

  it('is given no permission', async () => {
    const asked = await page.evaluate(async () => {
      const outcome = (asking: Promise<unknown>): Promise<string> =>
        asking.then(
          (value) => (typeof value === 'string' ? value : 'granted'),
          (error: unknown) => (error as DOMException).name,
        );
      return {
        notifications: await outcome(Notification.requestPermission()),
        microphone: await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
        screen: await outcome(navigator.mediaDevices.getDisplayMedia({ video: true })),
        place: await outcome(
          new Promise((resolve, reject) => {
            navigator.geolocation.getCurrentPosition(resolve, ({ code }) =>
              reject(new DOMException('', `code ${code}`)),
            );
          }),
        ),
        clipboard: await outcome(navigator.clipboard.readText()),
      };
    });
    expect(asked.notifications).toBe('denied');
    expect(asked.place).toBe('code 1');
    for (const name of [asked.microphone, asked.screen, asked.clipboard])
      expect(name).toMatch(/^Not(Allowed|Found)Error$/);
  });

  it('reaches no network, neither by the page’s own means nor by a window that is sent there', async () => {
    let reached = 0;
    const server = createServer((socket) => {
      reached += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    const stun = createSocket('udp4', () => (reached += 1));
    await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve));
    await eventually(() => server.address()).not.toBeNull();
    const { port } = server.address() as { port: number };
    const udp = stun.address().port;
    try {
      const said = await page.evaluate(
        async ([http, peer]) => {
          const failed = (asking: Promise<unknown>): Promise<boolean> =>
            asking.then(
              () => false,
              () => true,
            );
          const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${peer ?? 0}` }] });
          connection.createDataChannel('out');
          await connection.setLocalDescription(await connection.createOffer());
          const results = [
            await failed(fetch(`http://127.0.0.1:${http ?? 0}/`, { mode: 'no-cors' })),
            await failed(fetch('https://evil.example/', { mode: 'no-cors' })),
            await failed(
              new Promise((resolve, reject) => {
                // One that the policy forbids throws, which is a refusal as well.
                const socket = new WebSocket(`ws://127.0.0.1:${http ?? 0}/`);
                socket.onopen = resolve;
                socket.onerror = () => reject(new Error('refused'));
              }),
            ),
            !navigator.sendBeacon(`http://127.0.0.1:${http ?? 0}/`, 'x') || 'queued',
          ];
          await new Promise((resume) => setTimeout(resume, 1_000));
          connection.close();
          return results;
        },
        [port, udp],
      );
      expect(said.slice(0, 3)).toEqual([true, true, true]);
      const sent = await electron.evaluate(async ({ BrowserWindow }, target) => {
        const [own] = BrowserWindow.getAllWindows();
        const probe = new BrowserWindow({
          show: false,
          webPreferences: own ? { session: own.webContents.session } : {},
        });
        const outcome = await probe.loadURL(target).then(
          () => 'loaded',
          () => 'refused',
        );
        probe.destroy();
        return outcome;
      }, `http://127.0.0.1:${port}/`);
      expect(sent).toBe('refused');
      expect(reached).toBe(0);
    } finally {
      server.close();
      stun.close();
    }
  });

  it('answers its own page only: no blank page, no other origin, no frame inside it', async () => {
    const codes = await electron.evaluate(async ({ BrowserWindow, app }) => {
      const ask = `window.chatelaine ? chatelaine.call('host.status', {}).then((a) => a.ok ? 'answered' : a.error.code) : 'no bridge'`;
      const [own] = BrowserWindow.getAllWindows();
      const open = (more: object): Electron.BrowserWindow =>
        new BrowserWindow({
          show: false,
          webPreferences: { preload: `${app.getAppPath()}/out/preload.cjs`, sandbox: true, ...more },
        });
      const found: Record<string, string> = {};
      for (const [name, url] of [
        ['blank', 'about:blank'],
        ['data', 'data:text/html,<title>x</title>'],
      ] as const) {
        const probe = open({});
        await probe.loadURL(url);
        found[name] = (await probe.webContents.executeJavaScript(ask)) as string;
        probe.destroy();
      }
      const probe = open({ session: own?.webContents.session, nodeIntegrationInSubFrames: true });
      await probe.loadURL('app://chatelaine/');
      found['our page'] = (await probe.webContents.executeJavaScript(ask)) as string;
      await probe.webContents.executeJavaScript(
        `new Promise((done) => { const f = document.createElement('iframe'); f.srcdoc = '<p>x</p>'; f.onload = done; document.body.append(f); })`,
      );
      const [frame] = probe.webContents.mainFrame.frames;
      found.frame = (await frame?.executeJavaScript(ask)) as string;
      probe.destroy();
      return found;
    });
    expect(codes).toEqual({ blank: 'refused', data: 'refused', 'our page': 'answered', frame: 'refused' });
  });

  it('is shown again, at the page that a link names, by a second start, which ends with 0', async () => {
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    expect(await shownWindows(electron)).toEqual([]);
    const second = world.open('--home', world.home, '--demo', 'chatelaine://credentials/acme-prod');
    expect(await second.exited, second.said()).toBe(0);
    await eventually(() => shownWindows(electron)).toEqual(['#/credentials/acme-prod']);
    await page.getByRole('heading', { name: 'acme-prod' }).first().waitFor();
  });

  it('is left alone by links that are not ours and by a hidden start', async () => {
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    const address = page.url();
    for (const link of [
      'chatelaine://evil.example/credentials',
      'chatelaine://credentials/..%2f..%2fapprove/../x',
      'chatelaine://approve/1',
      'chatelaine://credentials/x?y=1#/settings',
      'chatelaine://javascript:alert(1)',
    ]) {
      const { exited, said } = world.open('--demo', link);
      expect(await exited, said()).toBe(0);
    }
    expect(await world.open('--demo', '--hidden').exited).toBe(75);
    expect(await shownWindows(electron)).toEqual([]);
    expect(page.url()).toBe(address);
    expect(await world.open('--demo').exited).toBe(0);
    await eventually(() => shownWindows(electron)).toHaveLength(1);
  });

  it('may be closed while clients go on being served', async () => {
    const client = await agent(world);
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    expect(textOf(await client.callTool(groups))).toContain('acme-prod');
    expect((await world.json<{ desktop: boolean }>('status')).desktop).toBe(true);
    await client.close();
  });

  it('gives its children nothing of its own: no file, no socket, no variable', async () => {
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
    expect((await world.run('test', 'globex')).code).toBe(0);
    const { workers } = await world.json<{ workers: { pid: number | null }[] }>('status');
    const pids = workers.flatMap(({ pid }) => pid ?? []);
    expect(pids.length).toBeGreaterThan(0);
    const host = electron.process().pid ?? 0;
    const inherited = new Set(descriptorsOf(host).map(({ target }) => target));
    expect(inherited.size).toBeGreaterThan(30);
    for (const pid of pids) {
      const foreign = descriptorsOf(pid).filter(
        ({ slot, target }) =>
          slot > 3 && !/^\/dev\/(null|u?random)$|^anon_inode:|^pipe:/.test(target) && !target.startsWith('socket:'),
      );
      expect(foreign).toEqual([]);
      expect(
        descriptorsOf(pid).filter(
          ({ slot, target }) => slot > 3 && target.startsWith('socket:') && inherited.has(target),
        ),
      ).toEqual([]);
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
      expect(names.map((variable) => variable.slice(0, variable.indexOf('='))).sort()).toEqual(
        ['LANG', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'PATH', 'PWD'].sort(),
      );
    }
  });
});
