import { lookup } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

const privateRanges = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4');
  // The same ranges as IPv4-mapped IPv6, which connects to the same places.
  privateRanges.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv6');
}

export const isPrivateAddress = (address: string): boolean =>
  privateRanges.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS';
}

type Resolve = typeof lookup;

/**
 * A `lookup` for sockets that fails when a name resolves to a private, loopback or link-local address: a credential must
 * not be sent to a machine inside the user's network because a name server said so. One bad answer refuses them all.
 */
export const publicLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const first = error ? undefined : addresses[0];
      if (error || !first) callback(error ?? new Error('no address'), '');
      else if (addresses.some(({ address }) => isPrivateAddress(address))) callback(new PrivateAddressError(), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
