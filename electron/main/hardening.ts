import { app, type Session } from 'electron';
import { pageOrigin } from './page-protocol.ts';

/** Shuts what a release build leaves open for debuggers; first thing in main, before Chromium reads its switches. */
export function shutDebugDoors(): void {
  for (const name of ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'inspect'])
    app.commandLine.removeSwitch(name);
}

/** The page is served from memory and this process asks nothing of the network: to Chromium no host exists at all. */
export const takeNetworkAway = (): void => app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');

/** No window may leave the page, open another one, embed one or get a permission; text may go into the clipboard. */
export function hardenWindows(session: Session): void {
  const isAllowed = (permission: string, origin: string): boolean =>
    permission === 'clipboard-sanitized-write' && origin.replace(/\/$/, '') === pageOrigin;
  session.setPermissionCheckHandler((_, permission, origin) => isAllowed(permission, origin));
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(isAllowed(permission, originOf(contents.getURL()))),
  );
  session.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_, contents) => {
    // Peer connections name addresses themselves and pass by all other rules.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Node's URL gives custom schemes the origin "null". */
export const originOf = (url: string): string => /^[a-z]+:\/\/[^/]*/.exec(url)?.[0] ?? '';
