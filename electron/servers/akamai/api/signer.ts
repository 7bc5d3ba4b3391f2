import EdgeGrid from 'akamai-edgegrid';
import { checkPath } from './api-path.ts';
import type { AkamaiCredential } from './credential.ts';

export interface SignedRequest {
  url: URL;
  authorization: string;
}

export interface Signer {
  /**
   * Signs one attempt: timestamp and nonce are new each time. `body` is the exact text that is sent; only a POST's is
   * hashed. No API agrees on signed headers today; the parameter is there for the published vectors.
   */
  sign(request: { method: string; path: string; body?: string; headersToSign?: Record<string, string> }): SignedRequest;
}

/** What we read of the library's request; its declarations say only `object`. */
interface Signed {
  url: string;
  headers: { Authorization: string };
}

/** EdgeGrid signatures by `akamai-edgegrid`, of which nothing else is used (security facts 1.8). */
export function createSigner(credential: AkamaiCredential): Signer {
  const { address, clientToken, accessToken } = credential;
  // Declared as string, used only as the key of createHmac, which takes a KeyObject as well: no copy of the secret as text.
  const clientSecret = credential.clientSecret as unknown as string;
  const edgegrid = new EdgeGrid(clientToken, clientSecret, accessToken, address.origin);
  // The library prefixes https:// unless the host already has it; an emulator is http.
  (edgegrid.config as { host: string }).host = address.origin;

  return {
    sign({ method, path, body = '', headersToSign }) {
      checkPath(path);
      const unsigned = { method, path, body, headers: {}, ...(headersToSign && { headersToSign }) };
      const signed = edgegrid.auth(unsigned).request as Signed;
      const url = new URL(signed.url);
      // The path rule should make this impossible; a signature for another origin would hand over the right to act.
      if (url.origin !== address.origin) throw new Error('signed for a foreign origin');
      return { url, authorization: signed.headers.Authorization };
    },
  };
}
