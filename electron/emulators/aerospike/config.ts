import { code, refuse } from './codes.ts';
import { namespaceConfiguration } from './names-namespace.ts';
import { networkConfiguration, securityConfiguration, serviceConfiguration } from './names-node.ts';

export type Settings = Map<string, string>;

/** What one node is configured to; nodes may differ, which operators look for. */
export interface NodeConfig {
  service: Settings;
  network: Settings;
  security: Settings;
  namespaces: Map<string, Settings>;
}

export function defaultConfig(
  plan: {
    edition: 'community' | 'enterprise';
    namespaces: readonly { name: string; replicationFactor: number; config?: Readonly<Record<string, string>> }[];
  },
  index: number,
): NodeConfig {
  const service = new Map(serviceConfiguration);
  service.set('cluster-name', 'chatelaine-demo');
  service.set('node-id', `a${index + 1}`);
  return {
    service,
    network: new Map(networkConfiguration),
    security: new Map(plan.edition === 'enterprise' ? securityConfiguration : []),
    namespaces: new Map(
      plan.namespaces.map(({ name, replicationFactor, config = {} }) => [
        name,
        new Map([
          ...namespaceConfiguration,
          ['replication-factor', String(replicationFactor)],
          ...Object.entries(config),
        ]),
      ]),
    ),
  };
}

/** Fixed while the server runs. */
const fixed = new Set([
  ...['auto-pin', 'debug-allocations', 'disable-udf-execution', 'enforce-best-practices', 'keep-caps-ssd-health'],
  ...['log-local-time', 'log-millis', 'node-id', 'node-id-interface', 'os-group-perms', 'pidfile', 'run-as-daemon'],
  ...['poison-allocations', 'quarantine-allocations', 'stay-quiesced', 'vault-ca', 'vault-path', 'vault-url'],
  ...['work-directory', 'indent-allocations', 'secrets-address-port', 'index-stage-size', 'partition-tree-sprigs'],
  ...['sindex-stage-size', 'strong-consistency', 'index-type', 'sindex-type', 'storage-engine', 'auto-revive'],
  ...['storage-engine.data-size', 'storage-engine.direct-files', 'storage-engine.commit-to-device', 'disallow-expunge'],
  ...['storage-engine.filesize', 'storage-engine.disable-odsync', 'disable-cold-start-eviction'],
]);

/** What Community servers show and do not let be set. */
const enterpriseOnly = new Set(['active-rack', 'migrate-fill-delay', 'prefer-uniform-balance', 'rack-id']);

const minimum: Readonly<Record<string, number>> = {
  'proto-fd-max': 1024,
  'ticker-interval': 1,
  'replication-factor': 1,
};
const clusterSizes = { community: 8, enterprise: 256 } as const;

/** Sets what may be set while the server runs; a value of another kind than the present one is refused. */
export function setDynamic(
  settings: Settings,
  { name, value: given }: { name: string; value: string },
  edition: keyof typeof clusterSizes,
): void {
  const present = settings.get(name);
  const isFixed = fixed.has(name) || (name === 'replication-factor' && settings.get('strong-consistency') === 'true');
  if (present === undefined || isFixed || (edition === 'community' && enterpriseOnly.has(name)))
    return refuse(code.parameter, 'invalid set-config parameter');
  const value = /^\d+$/.test(present) ? numeric(name, given) : given;
  if (/^(true|false)$/.test(present) && !/^(true|false)$/.test(value))
    refuse(code.parameter, 'invalid set-config parameter');
  if (name === 'replication-factor' && Number(value) > clusterSizes[edition])
    refuse(code.parameter, 'invalid set-config parameter');
  settings.set(name, value);
}

const units: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};

/** A number, or one with a unit of time or size, as the number it stands for. */
function numeric(name: string, given: string): string {
  const [, digits, letter] = /^(\d+)([smhdSHDKMG]?)$/.exec(given) ?? [];
  if (digits === undefined) return refuse(code.parameter, 'invalid set-config parameter');
  const isTime = /(ttl|period|age|delay)/.test(name);
  const unit = letter === undefined || letter === '' ? 1 : (units[isTime ? letter.toLowerCase() : letter] ?? 1);
  const value = Number(digits) * unit;
  if (value < (minimum[name] ?? 0) || value > Number.MAX_SAFE_INTEGER)
    refuse(code.parameter, 'invalid set-config parameter');
  return String(value);
}

export const joined = (settings: Iterable<readonly [string, string]>): string =>
  Array.from(settings, ([name, value]) => `${name}=${value}`).join(';');
