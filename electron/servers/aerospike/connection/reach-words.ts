import { ToolError } from '../../kit/tool-error.ts';
import type { Reach, SeedReach } from './probe.ts';

/** What happened at a seed and what to do about it, without naming the seed. */
export const reachWords: Readonly<Record<Exclude<Reach, 'good'>, readonly [what: string, todo: string]>> = {
  'name-not-found': ['Its name is not known here.', 'Check the spelling, the VPN and the name servers.'],
  refused: ['It refused the connection.', 'Check the port, and that the server runs.'],
  silent: ['It did not answer in time.', 'Check the address, the VPN and firewalls.'],
  'no-route': ['It cannot be reached from this machine.', 'Check the network or the VPN.'],
  'tls-name': [
    'Its certificate is for another name.',
    'Give the name in its certificate as TLS name: host:tlsName:port.',
  ],
  'tls-expired': [
    'Its certificate has expired, or is not valid yet.',
    'Have it renewed, and check this machine’s clock.',
  ],
  'tls-untrusted': [
    'Its certificate is not signed by a trusted authority.',
    'Add the cluster’s CA certificate to the profile.',
  ],
  'tls-client-certificate': [
    'It wants a client certificate and did not accept what the profile has.',
    'Add certificate and key, or have them renewed.',
  ],
  'tls-failed': [
    'TLS could not be agreed on.',
    'Check that this port speaks TLS, and that certificate and key fit together.',
  ],
  'without-tls': [
    'The port answers without TLS.',
    'Give the port that speaks TLS (usually 4333), or switch TLS off in the profile.',
  ],
  'not-aerospike': [
    'What answers there is no Aerospike server, or it expects TLS.',
    'Check the port (plain usually 3000, TLS 4333) and whether the profile should use TLS.',
  ],
};

/** No seed was good: the first reason in words, and where there are several seeds how many had which. */
export function unreachable(results: readonly SeedReach[]): ToolError {
  const reasons = results.map(({ reach }) => reach).filter((reach) => reach !== 'good');
  const first = reasons[0] ?? 'silent';
  const [what, todo] = reachWords[first];
  const message =
    results.length <= 1
      ? `The profile’s seed host cannot be used. ${what}`
      : `None of the profile’s ${results.length} seed hosts can be used (${summary(reasons)}).`;
  return new ToolError(reasons.every((reason) => reason === 'silent') ? 'timed-out' : 'unreachable', message, todo);
}

function summary(reasons: readonly Exclude<Reach, 'good'>[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}
