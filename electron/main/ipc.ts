import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { Answer, Dispatch } from '../core/contract/dispatch.ts';
import type { ChangeKey } from '../core/contract/procedures.ts';
import { Secret } from '../core/credentials/secret.ts';
import { originOf } from './hardening.ts';
import { pageOrigin } from './page-protocol.ts';

/** Answers our own windows by the one dispatch: only their main frame, and only while it shows our page. */
export function serveIpc(dispatch: Dispatch): void {
  ipcMain.handle('call', (event, name: unknown, input: unknown, proof: unknown): Promise<Answer> | Answer => {
    if (!isOurPage(event) || typeof name !== 'string') return notOurs;
    return dispatch(name, input, {
      transport: 'ipc',
      proof: typeof proof === 'string' && proof !== '' ? new Secret(proof) : null,
    });
  });
}

export function tellWindows(keys: readonly ChangeKey[]): void {
  for (const window of BrowserWindow.getAllWindows())
    if (!window.isDestroyed()) window.webContents.send('changed', keys);
}

function isOurPage({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  return (
    BrowserWindow.fromWebContents(sender) !== null &&
    senderFrame === sender.mainFrame &&
    originOf(senderFrame.url) === pageOrigin
  );
}

const notOurs: Answer = {
  ok: false,
  error: { code: 'refused', message: 'This page is not one of Chatelaine’s.', hint: 'Close it.' },
};
