import { code, Refusal, refuse } from './codes.ts';
import type { InfoCommand, InfoRequest } from './info-command.ts';
import { clusterCommands } from './info-cluster.ts';
import { configCommands } from './info-config.ts';
import { identityCommands } from './info-identity.ts';
import { indexCommands } from './info-indexes.ts';
import { moduleCommands } from './info-modules.ts';
import { isBefore } from './older-names.ts';
import { statisticCommands } from './info-statistics.ts';
import { dumpCommands, workCommands } from './info-work.ts';
import type { Place } from './session.ts';

const commands = new Map<string, InfoCommand>(
  [
    ...[identityCommands, clusterCommands, statisticCommands, configCommands],
    ...[indexCommands, moduleCommands, workCommands, dumpCommands, { help: { answer: help } }],
  ].flatMap((table) => Object.entries(table)),
);

/** The names that this edition knows. */
function help({ cluster }: InfoRequest): string {
  const isKnown = ([, { isEnterprise }]: [string, InfoCommand]): boolean =>
    !isEnterprise || cluster.edition === 'enterprise';
  const known = [...commands].filter(isKnown).map(([name]) => name);
  return known.sort().join(';');
}

/** In the order in which the server tells them when it is asked nothing. */
const summary = ['features', 'node', 'compatibility-id', 'edition', 'build', 'version', 'statistics', 'services'];

/**
 * Answers each line of a request in its order, as `line\tanswer\n`. What follows the last newline is no command, and is
 * passed over, as the server does.
 */
export function answerInfo(text: string, place: Place): string {
  place.node.counters.infoRequests += 1;
  if (place.cluster.users && place.session.user === null) return `ERROR:${code.notAuthenticated}:not authenticated\n`;
  if (text === '') countDeprecated(place);
  const lines = text === '' ? summary : text.split('\n').slice(0, -1);
  return lines.map((line) => `${line}\t${answerLine(line, place)}\n`).join('');
}

function answerLine(line: string, place: Place): string {
  const [, name = '', rest = ''] = /^([^/:;]*)[/:;]?(.*)$/s.exec(line) ?? [];
  try {
    const command = commands.get(name);
    if (!command || (command.since !== undefined && isBefore(place.cluster.build, command.since)))
      return refuse(code.parameter, 'unrecognized command');
    if (command.isEnterprise && place.cluster.edition === 'community') refuse(code.enterpriseOnly, 'enterprise only');
    if (command.isDeprecated) countDeprecated(place);
    const given = parametersIn(rest);
    const request = requestOf(name, { rest, given }, place);
    if (
      command.permission &&
      !place.session.may(command.permission, given.get('namespace') ?? given.get('ns'), given.get('set'))
    )
      refuse(code.roleViolation, `role violation - requires permission '${command.permission}'`);
    return command.answer(request);
  } catch (error) {
    if (error instanceof Refusal) return `ERROR:${error.code}:${error.message}`;
    throw error;
  }
}

/** Such counting began with 8.1, and commands were added to it with 8.1.1. */
function countDeprecated({ cluster, node }: Place): void {
  if (!isBefore(cluster.build, '8.1.1')) node.counters.deprecated += 1;
}

function parametersIn(rest: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const part of rest.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && !given.has(part.slice(0, at))) given.set(part.slice(0, at), part.slice(at + 1));
  }
  return given;
}

function requestOf(
  name: string,
  { rest, given }: { rest: string; given: ReadonlyMap<string, string> },
  place: Place,
): InfoRequest {
  const find = (aliases: readonly string[]): string | undefined => {
    for (const [at, alias] of aliases.entries()) {
      const value = given.get(alias);
      if (value !== undefined && at > 0) countDeprecated(place);
      if (value === '')
        refuse(aliases[0] === 'namespace' ? code.namespace : code.parameter, `missing '${alias}' value`);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const required = (...aliases: string[]): string => {
    const [first = ''] = aliases;
    return find(aliases) ?? refuse(first === 'namespace' ? code.namespace : code.parameter, `missing '${first}'`);
  };
  return {
    name,
    rest,
    ...place,
    param: (...aliases) => find(aliases),
    required,
    deprecated: () => countDeprecated(place),
    namespace: (...aliases) =>
      place.cluster.namespaces.get(required('namespace', ...aliases)) ??
      refuse(code.namespace, 'namespace not found on node'),
  };
}
