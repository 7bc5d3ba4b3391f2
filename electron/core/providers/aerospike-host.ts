/** One seed of a cluster. */
export interface AerospikeSeed {
  /** A name or an address; IPv6 without brackets. */
  host: string;
  /** The name that the node's certificate carries; null: its host. */
  tlsName: string | null;
  port: number;
}

const defaultPort = 3000;

/** Reads `host`, `host:port` or `host:tlsName:port`, IPv6 in brackets. Null when it is none of them. */
export function parseSeed(text: string): AerospikeSeed | null {
  const [, bracketed, plain, tlsName, port] =
    /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9_.-]{1,253}))(?::([A-Za-z0-9_.-]{1,253}?))??(?::([0-9]{1,5}))?$/.exec(
      text.trim(),
    ) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || host.startsWith('-') || number < 1 || number > 65_535) return null;
  return { host, tlsName: tlsName ?? null, port: number };
}

/** As it is stored and shown: always with its port. */
export const seedText = ({ host, tlsName, port }: AerospikeSeed): string =>
  [host.includes(':') ? `[${host}]` : host, ...(tlsName === null ? [] : [tlsName]), port].join(':');
