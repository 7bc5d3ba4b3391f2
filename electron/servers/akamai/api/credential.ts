import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { CredentialMessage } from '../../../core/workers/protocol.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { parseAddress, type ApiAddress } from './address.ts';

/** One customer section as the worker keeps it. The tokens become header text, so they are strings; the secret is not. */
export interface AkamaiCredential {
  address: ApiAddress;
  clientToken: string;
  accessToken: string;
  /** The client secret's text as key bytes: EdgeGrid uses the text itself, not what its base64 stands for. */
  clientSecret: KeyObject;
  accountSwitchKey?: string;
}

const Fields = z.object({ host: z.string(), accountSwitchKey: z.string().min(1).max(200).optional() });
const Secrets = z.object({
  clientToken: z.instanceof(Uint8Array),
  accessToken: z.instanceof(Uint8Array),
  clientSecret: z.instanceof(Uint8Array),
});

/** Reads the host's message; the caller wipes its bytes afterwards. Throws ToolError `secret-missing` or `invalid-input`. */
export function takeCredential(message: Pick<CredentialMessage, 'fields' | 'secrets'>): AkamaiCredential {
  const fields = Fields.safeParse(message.fields);
  const secrets = Secrets.safeParse(message.secrets);
  if (!fields.success || !secrets.success || Object.values(secrets.data).some((bytes) => bytes.length === 0)) {
    throw new ToolError(
      'secret-missing',
      'This credential is incomplete.',
      'Edit it in Chatelaine: it needs host, client token, client secret and access token.',
    );
  }
  const { clientToken, accessToken, clientSecret } = secrets.data;
  return {
    address: parseAddress(fields.data.host),
    clientToken: headerText(clientToken),
    accessToken: headerText(accessToken),
    clientSecret: createSecretKey(clientSecret),
    ...(fields.data.accountSwitchKey === undefined ? {} : { accountSwitchKey: fields.data.accountSwitchKey }),
  };
}

function headerText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // `;` ends a member of the Authorization header, so a token with one would change what the header says.
  if (/^[\x21-\x3a\x3c-\x7e]+$/.test(text)) return text;
  throw new ToolError(
    'invalid-input',
    'A token of this credential has characters that tokens do not have.',
    'Paste the tokens again, without spaces or line ends.',
  );
}
