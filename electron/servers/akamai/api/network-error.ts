import { ToolError } from '../../kit/tool-error.ts';
import { BodyTooLargeError, BrokenBodyError } from './body.ts';
import { PrivateAddressError } from './private-addresses.ts';
import { ProxyError } from './proxy-error.ts';

const tlsCodes = /^(?:CERT_|DEPTH_ZERO_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** True for failures of the connection, after which a read may be asked again. */
export const isConnectionError = (error: unknown): boolean => {
  const code = codeOf(error);
  return /^(?:E[A-Z]+|UND_|ERR_STREAM_PREMATURE_CLOSE)/.test(code) && !tlsCodes.test(code) && code !== 'ENOTFOUND';
};

/** The sentence for a request that got no whole answer. Unknown errors are returned as they are: defects. */
export function networkError(error: unknown): unknown {
  if (error instanceof ToolError) return error;
  if (error instanceof PrivateAddressError) {
    return new ToolError(
      'refused',
      'The name of the API host leads to a private address, so nothing was sent.',
      'Check the name server and VPN of this computer.',
    );
  }
  if (error instanceof ProxyError) return proxyRefusal(error);
  if (error instanceof BodyTooLargeError) {
    return new ToolError(
      'too-large',
      `Akamai's answer is larger than ${Math.round(error.maxBytes / 1024)} kB; reading stopped there.`,
      'Ask for less: a filter, a smaller page or one part.',
    );
  }
  if (error instanceof BrokenBodyError) return unreadable();
  const code = codeOf(error);
  if (tlsCodes.test(code)) {
    return new ToolError(
      'unreachable',
      'The certificate of the API host is not trusted here.',
      'If this network inspects TLS, add its certificate authority in the settings of Chatelaine, or to the certificate store of this computer; then `chatelaine stop` and call again.',
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ToolError(
      'unreachable',
      'The API host was not found.',
      'Check the network and the host of the credential.',
    );
  }
  if (code === 'ECONNREFUSED') {
    return new ToolError('unreachable', 'The API host refused the connection.', 'Check the network, then call again.');
  }
  if (isConnectionError(error)) {
    return new ToolError('unreachable', 'The connection to Akamai broke.', 'Check the network, then call again.');
  }
  return error;
}

/** The proxy's own words are not passed on: it may be anybody's. */
function proxyRefusal({ status }: ProxyError): ToolError {
  if (status === 407) {
    return new ToolError(
      'unreachable',
      'The proxy wants a user name and a password (407), so nothing was sent to Akamai.',
      'Chatelaine does not sign in to proxies: use one that lets this computer through.',
    );
  }
  return new ToolError(
    'unreachable',
    status === null
      ? 'The proxy in the settings of Chatelaine was not reached, so nothing was sent to Akamai.'
      : `The proxy did not let the connection to Akamai through (${status}), so nothing was sent.`,
    'Check the proxy in the settings of Chatelaine.',
  );
}

export const unreadable = (): ToolError =>
  new ToolError(
    'upstream',
    "Akamai's answer could not be read.",
    'Try again; if it stays so, a proxy may change answers.',
  );

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
