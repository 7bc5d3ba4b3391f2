import type { CDPSession, ElectronApplication, Page, Request } from 'playwright-core';

/** One question to the host and its answer, as they went over the wire: HTTP or IPC. */
export interface Exchange {
  name: string;
  asked: string;
  answered: string;
}

/** All that a script of the page holds, after what it no longer needs has been collected. */
export async function heapOf(page: Page): Promise<Buffer> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.enable');
  // Weak things go in a later round than what held them.
  for (let rounds = 0; rounds < 3; rounds += 1) await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(chunks.join(''));
}

/** What a script or an extension could read of the document without being asked to: elements, addresses, stores. */
export const documentOf = (page: Page, { without = '' } = {}): Promise<string> =>
  page.evaluate((selector) => {
    const copy = document.documentElement.cloneNode(true) as HTMLElement;
    if (selector) copy.querySelectorAll(selector).forEach((element) => element.remove());
    const values = [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')]
      .filter((element) => !selector || !element.matches(selector))
      .map(({ value }) => value);
    return [
      copy.outerHTML,
      document.title,
      location.href,
      document.cookie,
      JSON.stringify(history.state),
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
      ...values,
    ].join('\n');
  }, without);

/** Whatever the page asks over HTTP from now on, with every answer, address and header. */
export function recordHttp(page: Page): () => Promise<Exchange[]> {
  const requests: Request[] = [];
  page.on('request', (request) => requests.push(request));
  return () =>
    Promise.all(
      requests.map(async (request) => {
        const asked = request.postData() ?? '';
        const response = request.url().endsWith('/api/changes') ? null : await request.response();
        const body = await response?.text().catch(() => '');
        const headers = JSON.stringify([await request.allHeaders(), response?.headers()]);
        return {
          name: (/^\{"name":"([^"]+)"/.exec(asked) ?? [])[1] ?? request.url(),
          asked,
          answered: [request.url(), headers, body].join('\n'),
        };
      }),
    );
}

/** Whatever goes between a window and the main process from now on, both ways. */
export async function recordIpc(electron: ElectronApplication): Promise<() => Promise<Exchange[]>> {
  await electron.evaluate(({ BrowserWindow, ipcMain }) => {
    type Handler = (event: unknown, ...args: unknown[]) => unknown;
    const recorded: Exchange[] = [];
    Object.assign(globalThis, { recorded });
    // Electron keeps its handlers to itself; a recording of what really went over the wire has to sit between.
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    for (const [channel, handler] of handlers) {
      handlers.set(channel, async (event, ...args) => {
        const answer = await handler(event, ...args);
        recorded.push({ name: String(args[0]), asked: JSON.stringify(args), answered: JSON.stringify(answer) });
        return answer;
      });
    }
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      const send = webContents.send.bind(webContents);
      webContents.send = (channel, ...args: unknown[]) => {
        recorded.push({ name: channel, asked: '', answered: JSON.stringify(args) });
        send(channel, ...args);
      };
    }
  });
  return () => electron.evaluate(() => (globalThis as unknown as { recorded: Exchange[] }).recorded);
}
