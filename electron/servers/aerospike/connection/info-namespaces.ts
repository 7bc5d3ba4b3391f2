import type { InfoCommand } from '../info/command.ts';
import { parsePairs } from '../info/parse.ts';

/** Commands that act on a namespace or on everything: without a namespace they are out of a limited profile's reach. */
const changing = ['query-abort', 'recluster', 'set-config', 'sindex-create', 'sindex-delete', 'truncate'];

/** The namespaces that an info command names; none for what concerns the whole cluster, only reads, and can be filtered. */
export function namespacesIn(command: InfoCommand): string[] | 'cannot-tell' {
  const [, verb = '', separator = '', rest = ''] = /^([a-z-]+)([/:]?)(.*)$/s.exec(command) ?? [];
  const parameters = parsePairs(separator === ':' ? rest : '');
  const isOfNamespace = parameters.get('context') === 'namespace';
  const named = [
    // In every command that takes a path its first part is a namespace.
    separator === '/' ? rest.split('/')[0] : undefined,
    parameters.get('namespace'),
    parameters.get('ns'),
    isOfNamespace ? parameters.get('id') : undefined,
    ...[...command.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name),
  ].filter((name): name is string => name !== undefined);
  // The configuration of one destination of XDR names every namespace that it ships.
  const namesOthers = verb === 'get-config' && parameters.has('dc') && !parameters.has('namespace');
  return namesOthers || (named.length === 0 && changing.includes(verb)) ? 'cannot-tell' : named;
}

/** The text of an answer without what it says of other namespaces. */
export function filterNamespaces(command: InfoCommand, text: string, allowed: readonly string[]): string {
  const verb = /^[a-z-]+/.exec(command)?.[0] ?? '';
  const entries = text.split(';').filter((entry) => {
    const namespace = namespaceOf(verb, entry);
    return namespace === null || allowed.includes(namespace);
  });
  return entries.join(';');
}

function namespaceOf(verb: string, entry: string): string | null {
  if (verb === 'namespaces') return entry === '' ? null : entry;
  if (verb === 'partition-info') {
    const [first = ''] = entry.split(':');
    // The first entry names the columns.
    return first === '' || first === 'namespace' ? null : first;
  }
  if (!listing.includes(verb)) return null;
  return /(?:^|:)(?:ns|namespace)=([^:;]+)/.exec(entry)?.[1] ?? /^\{([^}]+)\}/.exec(entry)?.[1] ?? null;
}

const listing = [
  'health-outliers',
  'health-stats',
  'latencies',
  'query-show',
  'racks',
  'roster',
  'sets',
  'sindex-list',
  'truncate-info',
];
