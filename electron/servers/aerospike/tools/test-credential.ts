import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { infoCommand, type ReadVerb } from '../info/command.ts';
import { parseList, parsePairs } from '../info/parse.ts';
import { reachWords } from '../connection/reach-words.ts';
import type { AerospikeServices } from '../services.ts';
import { readEditions } from '../ops/editions.ts';
import { ownRights, type OwnRights } from './own-rights.ts';

/** For the host alone: is this profile good, what is behind it, and what may it do there? Changes nothing. */
export const testCredential = defineTool({
  name: 'aerospike_test_credential',
  title: 'Test the profile',
  description: 'Connects, signs in and asks who this is.',
  toolset: 'account',
  effect: 'read',
  internal: true,
  input: z.object({}),
  output: z.object({
    cluster: z.string().nullable(),
    version: z.string(),
    edition: z.string(),
    nodes: z.int(),
    namespaces: z.array(z.string()),
    user: z.string().nullable(),
    /** Null where the server does not tell this user. */
    roles: z.array(z.string()).nullable(),
    /** `off`: anyone who reaches the port may do everything. */
    security: z.enum(['on', 'off']),
    isEncrypted: z.boolean(),
    /** Also of seeds that could not be used, where others could. */
    warnings: z.array(z.string()),
  }),
  text({ cluster, version, edition, nodes, namespaces, user, warnings }) {
    const who = user === null ? '' : ` as ${user}`;
    const name = cluster === null ? 'a cluster' : `cluster ${cluster}`;
    const facts = `Works${who}: ${name}, ${edition} ${version}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, namespaces ${namespaces.join(', ')}.`;
    return [facts, ...warnings].join(' ');
  },
  async run(_input, services: AerospikeServices, context) {
    const { connection, profile } = services;
    const reached = await services.probe(context.signal);
    const seeds = reached.flatMap(({ seed, reach }) => {
      if (reach === 'good') return [];
      const [what, todo] = reachWords[reach];
      return [{ seed: `${seed.host}:${seed.port}`, problem: `${what} ${todo}` }];
    });
    // With every seed named, this is for the person's own eyes: the profile is theirs.
    if (seeds.length === reached.length && seeds[0]) {
      const { seed, problem } = seeds[0];
      throw new ToolError('unreachable', `${seed}: ${problem}`, moreSeeds(seeds.slice(1)));
    }
    const nodes = await connection.nodes(context);
    const namespaces = parseList(await ask(connection, 'namespaces', context));
    const [edition = ''] = (await readEditions(connection, 'any', context)).byNode.values();
    const isSecure = await securityIsOn(services, edition, context);
    const rights = isSecure ? await ownRights(services, context) : null;
    const size = Number(parsePairs(await ask(connection, 'statistics', context)).get('cluster_size') ?? 0);
    const missing = (profile.namespaces ?? []).filter((name) => !namespaces.includes(name));
    return {
      cluster: nameOf(await ask(connection, 'cluster-name', context)),
      version: await ask(connection, 'build', context),
      edition,
      nodes: nodes.length,
      namespaces,
      user: profile.user,
      roles: rights?.roles ?? null,
      security: isSecure ? ('on' as const) : ('off' as const),
      isEncrypted: profile.tls !== null,
      warnings: [
        ...seeds.map(({ seed, problem }) => `Seed ${seed}: ${problem}`),
        ...warningsOf(services, { isSecure, rights, missing, nodes: nodes.length, size }),
      ],
    };
  },
});

async function ask(connection: AerospikeServices['connection'], verb: ReadVerb, context: ToolContext): Promise<string> {
  const [answer] = await connection.info(infoCommand(verb), 'any', context);
  return answer?.ok ? answer.text : '';
}

const nameOf = (text: string): string | null => (text === '' || text === 'null' ? null : text);

/** Community has no users; Enterprise says in its configuration whether it asks for them. */
async function securityIsOn(
  { connection, profile }: AerospikeServices,
  edition: string,
  context: ToolContext,
): Promise<boolean> {
  if (/community/i.test(edition)) return false;
  const [answer] = await connection.info(infoCommand('get-config', { context: 'security' }), 'any', context);
  const told = answer?.ok ? parsePairs(answer.text).get('enable-security') : undefined;
  return told === undefined ? profile.user !== null || profile.authMode === 'pki' : told === 'true';
}

function warningsOf(
  { profile }: AerospikeServices,
  {
    isSecure,
    rights,
    missing,
    nodes,
    size,
  }: { isSecure: boolean; rights: OwnRights | null; missing: string[]; nodes: number; size: number },
): string[] {
  const warnings: string[] = [];
  if (nodes < size) {
    const why = profile.alternateAddresses
      ? 'The others may publish no alternate address: switch alternate addresses off in the profile if you are inside the cluster’s network.'
      : 'Switch alternate addresses on in the profile if you are outside the cluster’s network, or check VPN and firewalls.';
    warnings.push(`The cluster has ${size} nodes, of which ${nodes} can be reached. ${why}`);
  }
  if (!isSecure) {
    warnings.push(
      'Security is off on this cluster: anyone who reaches its port may do everything, whatever this profile allows.',
    );
  }
  if (profile.tls === null && isSecure) warnings.push('The connection is not encrypted (no TLS).');
  if (rights?.exceeds) {
    warnings.push(
      `The user may do more (${rights.exceeds}) than this profile’s role ${profile.role}: a user with fewer roles would be safer.`,
    );
  }
  if (rights?.lacks) {
    warnings.push(
      `This profile’s role is ${profile.role}, but the user’s roles do not allow ${rights.lacks}: those calls will fail.`,
    );
  }
  if (missing.length > 0) warnings.push(`The cluster has no namespace ${missing.join(', ')}.`);
  return warnings;
}

const moreSeeds = (seeds: readonly { seed: string; problem: string }[]): string =>
  seeds.length === 0
    ? 'Then test again.'
    : seeds
        .slice(0, 5)
        .map(({ seed, problem }) => `${seed}: ${problem}`)
        .join(' ');
