import { configRows } from '../../ops/config.ts';
import { count } from '../../ops/statistics.ts';
import { flag, type Facts } from '../../ops/parse.ts';
import { acrossNodesRule, isEnterprise, nodeRule, type Rule, type Sight } from '../rule.ts';

const shown = 6;

function differences(byNode: ReadonlyMap<string, Facts>): string | null {
  const rows = configRows(byNode, { differing: true });
  if (rows.length === 0) return null;
  const named = rows.slice(0, shown).map(
    ({ name, byNode: values = {} }) =>
      `${name} (${Object.entries(values)
        .map(([node, value]) => `${node}=${value}`)
        .join(', ')})`,
  );
  return `${named.join('; ')}${rows.length > shown ? ` and ${rows.length - shown} more` : ''}`;
}

const differing = (byNode: ReadonlyMap<string, Facts>, namespace?: string): Sight[] => {
  const saw = differences(byNode);
  return saw === null ? [] : [{ ...(namespace === undefined ? {} : { namespace }), saw }];
};

const differenceTold = {
  why: 'Nodes that are configured differently behave differently, and it shows only after a failure.',
  act: 'Make them the same, in memory (aerospike_set_config) and in the files.',
};

/** What is configured differently from node to node, or against its own purpose. */
export const configurationRules: readonly Rule[] = [
  {
    id: 'service-config-differs',
    title: 'Service configuration differs',
    severity: 'warning',
    ...differenceTold,
    check: ({ config }) => differing(config.service),
  },
  {
    id: 'network-config-differs',
    title: 'Network configuration differs',
    severity: 'warning',
    ...differenceTold,
    check: ({ config }) => differing(config.network),
  },
  {
    id: 'security-config-differs',
    title: 'Security configuration differs',
    severity: 'critical',
    why: 'One node may let in whom the others refuse.',
    act: 'Make the security section the same on every node.',
    check: ({ config }) => differing(config.security),
  },
  {
    id: 'namespace-config-differs',
    title: 'Namespace configuration differs',
    severity: 'warning',
    ...differenceTold,
    check: ({ namespaceConfig }) => [...namespaceConfig].flatMap(([namespace, byNode]) => differing(byNode, namespace)),
  },
  acrossNodesRule({
    id: 'expiry-switched-off',
    title: 'Records have lifetimes and nothing removes them',
    severity: 'warning',
    why: 'With nsup-period 0 expired records stay on disk and in the index.',
    act: 'Set nsup-period (e.g. 120), or default-ttl to 0.',
    see(_namespace, held) {
      const [first] = held;
      if (first?.number('nsup-period') !== 0) return null;
      const ttl = first.number('default-ttl') ?? 0;
      if (ttl > 0) return `default-ttl=${ttl}, nsup-period=0`;
      return flag(first.facts.get('allow-ttl-without-nsup')) === true
        ? 'allow-ttl-without-nsup=true, nsup-period=0'
        : null;
    },
  }),
  acrossNodesRule({
    id: 'some-records-never-expire',
    title: 'Some records expire and others never do',
    severity: 'info',
    why: 'default-ttl is 0, so what is written without a lifetime stays for ever beside what expires.',
    act: 'If all should expire, set default-ttl.',
    see(_namespace, held) {
      const [first] = held;
      if (first?.number('default-ttl') !== 0) return null;
      const objects = held.reduce((total, { figures }) => total + figures.objects, 0n);
      const lasting = held.reduce((total, { facts }) => total + count(facts, ['non_expirable_objects']), 0n);
      const isMixed = objects > 10_000n && lasting * 20n > objects && (objects - lasting) * 20n > objects;
      return isMixed ? `${lasting} of ${objects} copies never expire` : null;
    },
  }),
  acrossNodesRule({
    id: 'expiry-cycle-long',
    title: 'A round of expiry takes longer than its period',
    severity: 'warning',
    why: 'Expired records are removed late, and space is freed late.',
    act: 'Raise nsup-threads or nsup-period.',
    see(_namespace, held) {
      const late = held.filter(({ number }) => {
        const period = number('nsup-period') ?? 0;
        return period > 0 && (number('nsup_cycle_duration') ?? 0) > period;
      });
      return late.length === 0
        ? null
        : late.map(({ node, number }) => `${node.id} ${number('nsup_cycle_duration') ?? ''} s`).join(', ');
    },
  }),
  acrossNodesRule({
    id: 'evicts-below-defrag',
    title: 'Eviction begins before defragmentation does its work',
    severity: 'warning',
    why: 'Blocks are reused below defrag-lwm-pct; evicting earlier deletes data for space that defragmentation could free.',
    act: 'Set the eviction threshold above defrag-lwm-pct.',
    see(_namespace, [first]) {
      const evict = first?.number('storage-engine.evict-used-pct') ?? first?.number('high-water-disk-pct') ?? 0;
      const defrag = first?.number('storage-engine.defrag-lwm-pct') ?? 50;
      return evict > 0 && evict < defrag ? `evicts at ${evict}%, defragments at ${defrag}%` : null;
    },
  }),
  acrossNodesRule({
    id: 'defrag-unusual',
    title: 'Unusual defragmentation threshold',
    severity: 'info',
    why: 'Above 50% writes are amplified steeply, below it space is wasted.',
    act: 'Go back to defrag-lwm-pct 50 unless it was measured.',
    see(_namespace, [first]) {
      const defrag = first?.number('storage-engine.defrag-lwm-pct') ?? 50;
      return defrag === 50 ? null : `defrag-lwm-pct=${defrag}`;
    },
  }),
  acrossNodesRule({
    id: 'data-in-memory',
    title: 'Data is held on device and in memory',
    severity: 'info',
    why: 'Memory, not the device, then bounds the namespace; 7.0 replaces this model.',
    act: 'Plan for storage-engine memory with a backing device before the upgrade.',
    see: (_namespace, [first]) =>
      flag(first?.facts.get('storage-engine.data-in-memory')) === true ? 'data-in-memory=true' : null,
  }),
  acrossNodesRule({
    id: 'commit-to-device',
    title: 'Each write waits for the device',
    severity: 'info',
    why: 'commit-to-device costs most of the write speed.',
    act: 'Keep it only with strong consistency that must survive a power failure of all copies.',
    see: (_namespace, [first]) =>
      flag(first?.facts.get('storage-engine.commit-to-device')) === true ? 'commit-to-device=true' : null,
  }),
  acrossNodesRule({
    id: 'expunge-with-strong-consistency',
    title: 'Deletes may come back',
    severity: 'info',
    why: 'strong-consistency-allow-expunge lets deletes happen without a tombstone.',
    act: 'Use durable deletes.',
    see: (_namespace, [first]) =>
      flag(first?.facts.get('strong-consistency')) === true &&
      flag(first?.facts.get('strong-consistency-allow-expunge')) === true
        ? 'strong-consistency-allow-expunge=true'
        : null,
  }),
  nodeRule({
    id: 'heartbeat-timing',
    title: 'Unusual heartbeat timing',
    severity: 'info',
    why: 'Interval 150 to 250 ms and timeout 10 to 15 are tried; others make a cluster nervous or slow to see a loss.',
    act: 'Go back to 150 and 10 unless it was measured.',
    see({ node, snapshot }) {
      const facts = snapshot.config.network.get(node.id);
      const interval = Number(facts?.get('heartbeat.interval') ?? 150);
      const timeout = Number(facts?.get('heartbeat.timeout') ?? 10);
      const isUsual = interval >= 150 && interval <= 250 && timeout >= 10 && timeout <= 15;
      return isUsual ? null : `interval ${interval}, timeout ${timeout}`;
    },
  }),
  nodeRule({
    id: 'migrate-threads-raised',
    title: 'More than one migrate thread',
    severity: 'info',
    why: 'It speeds migrations up at the clients’ expense.',
    act: 'Set migrate-threads back to 1 when the migrations are done.',
    see({ node, snapshot }) {
      const threads = Number(snapshot.config.service.get(node.id)?.get('migrate-threads') ?? 1);
      return threads > 1 ? `migrate-threads=${threads}` : null;
    },
  }),
  nodeRule({
    id: 'security-off',
    title: 'Anybody may do anything',
    severity: 'warning',
    why: 'Without access control whoever reaches the port reads, writes and reconfigures.',
    act: 'Switch security on and give each application its user.',
    see({ node, snapshot }) {
      const facts = snapshot.config.security.get(node.id);
      if (!isEnterprise(node) || facts === undefined) return null;
      return facts.size === 0 || flag(facts.get('enable-security')) === false ? 'security is not enabled' : null;
    },
  }),
  nodeRule({
    id: 'community-no-security',
    title: 'This edition has no access control',
    severity: 'info',
    why: 'Whoever reaches the port of a Community node reads, writes and reconfigures.',
    act: 'Keep the port within a private network.',
    see: ({ node }) => (/community/i.test(node.edition) ? 'Community edition' : null),
  }),
  nodeRule({
    id: 'tls-off',
    title: 'Clients connect without TLS',
    severity: 'info',
    why: 'Data and passwords’ hashes cross the network in clear.',
    act: 'Give the service a TLS port and close the clear one.',
    see({ node, snapshot }) {
      const facts = snapshot.config.network.get(node.id);
      if (!isEnterprise(node) || facts === undefined) return null;
      const clear = facts.get('service.port') ?? '0';
      return clear === '0' ? null : `service.port=${clear}, tls-port=${facts.get('service.tls-port') ?? '0'}`;
    },
  }),
];
