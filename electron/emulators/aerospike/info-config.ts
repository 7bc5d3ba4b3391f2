import { code, refuse } from './codes.ts';
import { joined, setDynamic } from './config.ts';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import { setOf } from './store.ts';

/** Reading and setting configuration. */
export const configCommands: InfoCommands = {
  'get-config': { answer: getConfig },
  'config-get': { isDeprecated: true, answer: getConfig },
  'set-config': { permission: 'set-config', answer: setConfig },
  'config-set': { isDeprecated: true, permission: 'set-config', answer: setConfig },
};

function getConfig(request: InfoRequest): string {
  const { node, param } = request;
  const { service, network, security, namespaces } = node.config;
  switch (param('context')) {
    case undefined:
      return joined([...service, ...network, ...security]);
    case 'service':
      return joined(service);
    case 'network':
      return joined(network);
    case 'security':
      return joined(security);
    case 'namespace':
      return joined(namespaces.get(request.namespace('id').name) ?? []);
    default:
      return refuse(code.parameter, 'invalid context');
  }
}

const setSettings = new Set([
  ...['default-read-touch-ttl-pct', 'default-ttl', 'disable-eviction', 'enable-index'],
  ...['stop-writes-count', 'stop-writes-size'],
]);

function setConfig(request: InfoRequest): string {
  const { cluster, node, required, rest, param } = request;
  const { edition } = cluster;
  const context = required('context');
  const skipped = new Set(['context', 'namespace', 'id', 'set']);
  const given = rest
    .split(';')
    .map((part): [string, string] => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)])
    .filter(([name]) => name !== '' && !skipped.has(name));
  const { service, network, security, namespaces } = node.config;
  if (context === 'namespace') {
    const namespace = request.namespace('id');
    const set = param('set');
    for (const [name, value] of given)
      if (set === undefined)
        setDynamic(namespaces.get(namespace.name) ?? new Map<string, string>(), { name, value }, edition);
      else if (setSettings.has(name)) setOf(namespace, set).config.set(name, value);
      else refuse(code.parameter, 'invalid set-config parameter');
    return 'ok';
  }
  const settings = { service, network, security }[context] ?? refuse(code.parameter, 'invalid context');
  if (given.length === 0) refuse(code.parameter, 'invalid set-config parameter');
  for (const [name, value] of given) setDynamic(settings, { name, value }, edition);
  return 'ok';
}
