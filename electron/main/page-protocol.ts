import { protocol, type Session } from 'electron';
import { pageHeaders, type PageFile } from '../platform/page-files.ts';

export const pageOrigin = 'app://chatelaine';

/** Before the app is ready: the page's origin is a secure, standard one of its own, with none of what file:// may. */
export const announcePageScheme = (): void =>
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);

/** Serves the built page, and nothing else of this machine: files are known by address, none is looked up. */
export function servePage(session: Session, files: ReadonlyMap<string, PageFile>): void {
  session.protocol.handle('app', (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === 'chatelaine' && request.method === 'GET' ? files.get(pathname) : undefined;
    if (!file) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(file.bytes), { headers: { ...pageHeaders, 'content-type': file.type } });
  });
  // Whatever a window is brought to ask for, it has no network.
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !url.startsWith(`${pageOrigin}/`) && !url.startsWith('devtools://') }),
  );
}
