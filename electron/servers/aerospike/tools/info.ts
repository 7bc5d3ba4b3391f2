import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { infoCommand, readVerbs, type ReadVerb } from '../info/command.ts';
import { ask } from '../ops/ask.ts';
import { withoutPaths } from '../ops/config.ts';
import { isNamespaceName, NodeId } from '../ops/names.ts';
import { list, pairs } from '../ops/parse.ts';
import { partialNote, readReach } from '../ops/reach.ts';
import { assertInScope, isInScope, type OpsProfile, type OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';

/** What a role that only reads may not ask: modules are listed for admins, feature keys name their file. */
const withheld: readonly ReadVerb[] = ['udf-get', 'udf-list', 'feature-key'];
const verbs = readVerbs.filter((verb) => !withheld.includes(verb));
/** They take what they ask about after a slash. */
const pathVerbs: readonly ReadVerb[] = ['namespace', 'sets'];
/** Their answer is about every namespace, one after the other, and cannot be told apart line by line. */
const acrossNamespaces: readonly ReadVerb[] = ['health-stats', 'health-outliers', 'get-stats', 'statistics'];

const maxAnswer = 6_000;

export const info = defineTool({
  name: 'aerospike_info',
  title: 'Ask by info command',
  description: 'A read-only info command, raw answers; e.g. verb=get-config, parameters={context: "service"}.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { verb: 'get-config', parameters: { context: 'service' } },
  input: z.object({
    verb: z.string().max(40),
    parameters: z.record(z.string().max(40), z.string().max(128)).optional(),
    node: NodeId.optional(),
  }),
  output: z.object({
    command: z.string(),
    answers: z.array(z.object({ node: z.string(), text: z.string(), isCut: z.boolean() })),
    refused: z.array(z.object({ node: z.string(), code: z.int(), message: z.string() })),
    ...partialShape,
  }),
  async run({ verb, parameters = {}, node }, { connection, profile }: OpsServices, context) {
    const command = commandOf(verb, parameters, profile);
    const from = node === undefined ? 'all' : { node };
    const { byNode, refused, silent } = await ask(connection, command.text, from, context);
    const partial =
      node === undefined
        ? partialNote(await readReach(connection, context, silent), 'nothing is told of the others')
        : {};
    const share = Math.max(500, Math.floor(24_000 / Math.max(1, byNode.size)));
    return {
      command: command.text,
      answers: [...byNode].map(([id, text]) => {
        const shown = visible(command.verb, text, profile);
        const limit = Math.min(maxAnswer, share);
        return { node: id, text: shown.slice(0, limit), isCut: shown.length > limit };
      }),
      refused: [...refused],
      ...partial,
    };
  },
  text: ({ command, answers, refused, note }) =>
    lines(
      command,
      ...answers.map(({ node, text, isCut }) => `${node}: ${text === '' ? '(empty)' : text}${isCut ? '… (cut)' : ''}`),
      ...refused.map(({ node, code, message }) => `${node} refused: ${message} (code ${code})`),
      note,
    ),
});

function commandOf(verb: string, parameters: Readonly<Record<string, string>>, profile: OpsProfile) {
  const known = verbs.find((candidate) => candidate === verb);
  if (known === undefined) {
    throw new ToolError(
      'invalid-input',
      `"${safeLine(verb, 40)}" is not a read-only command here.`,
      `There is: ${verbs.join(', ')}.`,
    );
  }
  if (known === 'latencies' && parameters.hist !== undefined) {
    throw new ToolError(
      'invalid-input',
      'Histograms are not chosen here.',
      'Use aerospike_latencies with histogram: "read".',
    );
  }
  const named =
    parameters.namespace ?? parameters.ns ?? (parameters.context === 'namespace' ? parameters.id : undefined);
  for (const name of [parameters.namespace, parameters.ns, named]) if (name !== undefined) assertInScope(profile, name);
  const isLimited = profile.namespaces !== null;
  if (isLimited && (acrossNamespaces.includes(known) || isDestination(parameters) || parameters.id !== undefined)) {
    throw new ToolError(
      'refused',
      `"${known}" may tell about namespaces that this profile may not see.`,
      'Use the other tools.',
    );
  }
  if (!pathVerbs.includes(known)) return { verb: known, text: infoCommand(known, parameters) };
  if (named === undefined || !isNamespaceName(named)) {
    throw new ToolError('invalid-input', `"${known}" needs parameters={namespace: …}.`, 'Name one namespace.');
  }
  return { verb: known, text: infoCommand(known, [named, ...(parameters.set === undefined ? [] : [parameters.set])]) };
}

/** What is set of one destination of XDR names all the namespaces that it ships. */
const isDestination = ({ context, dc, namespace }: Readonly<Record<string, string>>): boolean =>
  context === 'xdr' && dc !== undefined && namespace === undefined;

/** Without the server's file paths, and without records about namespaces outside the profile's. */
function visible(verb: ReadVerb, text: string, profile: OpsProfile): string {
  if (verb === 'get-config' || verb === 'namespace') {
    return [...withoutPaths(pairs(text))].map(([name, value]) => `${name}=${value}`).join(';');
  }
  if (profile.namespaces === null) return text;
  if (verb === 'namespaces')
    return list(text)
      .filter((name) => isInScope(profile, name))
      .join(';');
  return list(text)
    .filter((record) => {
      const named = /(?:^|:)(?:ns|namespace)=([^:;]*)|^\{([^}]*)\}|^([^:=]+):\d+:/.exec(record);
      const namespace = named?.[1] ?? named?.[2] ?? named?.[3];
      return namespace === undefined || isInScope(profile, namespace);
    })
    .join(';');
}
