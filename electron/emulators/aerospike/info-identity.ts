import type { InfoCommands } from './info-command.ts';
import type { Cluster } from './cluster.ts';

/** What a node is: edition, version, name. */
const editionName = ({ edition }: Cluster): string =>
  edition === 'enterprise' ? 'Aerospike Enterprise Edition' : 'Aerospike Community Edition';

const features = [
  ...['batch-any', 'batch-index', 'blob-bits', 'cdt-index', 'cdt-list', 'cdt-map', 'cluster-stable', 'float', 'geo'],
  ...[
    'sindex-exists',
    'peers',
    'pipelining',
    'pquery',
    'pscans',
    'query-show',
    'relaxed-sc',
    'replicas',
    'replicas-all',
  ],
  ...['replicas-master', 'replicas-max', 'truncate-namespace', 'udf'],
].join(';');

export const identityCommands: InfoCommands = {
  build: { answer: ({ cluster }) => cluster.build },
  version: { isDeprecated: true, answer: ({ cluster }) => `${editionName(cluster)} build ${cluster.build}` },
  edition: { isDeprecated: true, answer: ({ cluster }) => editionName(cluster) },
  release: {
    since: '8.1.1',
    answer: ({ cluster }) =>
      `edition=${editionName(cluster)};version=${cluster.build};os=emulated;arch=any;sha=${'0'.repeat(40)}`,
  },
  build_arch: { isDeprecated: true, answer: () => 'any' },
  build_os: { isDeprecated: true, answer: () => 'emulated' },
  build_sha: { isDeprecated: true, answer: () => '0'.repeat(40) },
  build_ee_sha: { isDeprecated: true, answer: () => '' },
  build_time: { isDeprecated: true, answer: () => '' },
  'compatibility-id': { answer: () => '15' },
  node: { answer: ({ node }) => node.id },
  name: { isDeprecated: true, answer: ({ node }) => node.id },
  status: { answer: () => 'ok' },
  features: { isDeprecated: true, answer: () => features },
  digests: { isDeprecated: true, answer: () => 'RIPEMD160' },
  connection: { answer: () => 'admin=false' },
  'cluster-name': { answer: ({ cluster }) => cluster.name },
  'feature-key': { isEnterprise: true, answer: () => featureKey },
  logs: { answer: () => '0:/var/log/aerospike/aerospike.log' },
  log: { answer: () => 'misc:INFO;config:INFO;info:INFO' },
  'log-set': { permission: 'logging-ctrl', answer: () => 'ok' },
  'log-message': { permission: 'logging-ctrl', answer: ({ required }) => (required('message'), '') },
  mesh: { isDeprecated: true, answer: ({ node }) => `127.0.0.1:${node.port}` },
  'user-agent-set': {
    answer: ({ node, required }) => {
      const agent = required('value');
      node.userAgents.set(agent, (node.userAgents.get(agent) ?? 0) + 1);
      return 'ok';
    },
  },
  'user-agents': {
    answer: ({ node }) => [...node.userAgents].map(([agent, count]) => `user-agent=${agent}:count=${count};`).join(''),
  },
};

const featureKey = [
  'account-name=chatelaine emulator;account-ID=emulated;valid-until-date=2099-01-01;valid-until-version=none',
  'asdb-change-notification=true;asdb-cluster-nodes-limit=0;asdb-compression=true;asdb-encryption-at-rest=true',
  'asdb-ldap=true;asdb-pmem=true;asdb-strong-consistency=true;asdb-vault=true;asdb-xdr=true',
].join(';');
