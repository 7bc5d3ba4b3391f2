import type { ConnectMessage } from '../kit/serve-worker.ts';
import { createAkamaiApi, type AkamaiApi, type ApiTuning } from './api/client.ts';
import { takeCredential } from './api/credential.ts';
import { createDirectory, type Directory } from './directory.ts';

/** What the tools work with: one credential's API and what was read with it. Dropped whole when the credential changes. */
export interface AkamaiServices {
  /** The account switch key in use; absent in the client's own account. */
  readonly account?: string;
  api: AkamaiApi;
  directory: Directory;
  /** True for the client token of this very credential, so that a tool can pick it from a list without showing it. */
  isOwnToken: (clientToken: string) => boolean;
  close(): void;
}

/** `connect` of the worker's shell. The caller wipes the message's bytes. */
export function connectAkamai(message: ConnectMessage, tuning?: ApiTuning): AkamaiServices {
  const credential = takeCredential(message);
  const api = createAkamaiApi(credential, tuning, message.network);
  return {
    ...(credential.accountSwitchKey === undefined ? {} : { account: credential.accountSwitchKey }),
    api,
    directory: createDirectory(api),
    isOwnToken: (clientToken) => clientToken === credential.clientToken,
    close: () => api.close(),
  };
}
