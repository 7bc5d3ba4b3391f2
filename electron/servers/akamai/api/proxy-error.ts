/** The proxy of the settings was not reached, or did not open the way; with its own status if it gave one. */
export class ProxyError extends Error {
  readonly code = 'PROXY';
  readonly status: number | null;

  constructor(status: number | null) {
    super('the proxy did not open the way');
    this.status = status;
  }
}
