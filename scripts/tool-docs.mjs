// `npm run docs:tools`: writes docs/tools.md from the catalogue that the build printed; `--check` only compares. What it says of
// a tool is what a client and the worker hold it to.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ensureBuilt, ensureInstalled, giveUp, root } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const catalogue = JSON.parse(readFileSync(join(root, 'out', 'catalogue.json'), 'utf8'));
const path = join(root, 'docs', 'tools.md');
const text = await prettier.format(document(catalogue), { ...(await prettier.resolveConfig(path)), filepath: path });
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, 'utf8') !== text)
  giveUp('docs/tools.md is not what the tools say. Write it with: npm run docs:tools');

function document(servers) {
  return `# The tools

Written from the code by \`npm run docs:tools\`. Every tool also takes the name of a credential (\`customer\` or \`profile\`), required unless
the client was granted exactly one. Effects: \`read\` looks, \`write\` changes, \`destroy\` cannot be taken back or reaches production; a plan made for the very
arguments may lower what is written here. What needs a person's yes is the grant's business (docs/cli.md). A tool that lists answers with \`next\` where there
is more: give it back as \`cursor\`.

${Object.entries(servers).map(server).join('\n')}`;
}

function server([id, { tools, resources, prompts }]) {
  const listed = tools.filter(({ internal }) => !internal);
  return [
    `## ${id[0].toUpperCase()}${id.slice(1)}\n`,
    `| tool | effect | ${hasRoles(listed) ? 'role | ' : ''}toolset |\n|---|---|---|${hasRoles(listed) ? '---|' : ''}`,
    ...listed.map(
      ({ name, effect, role, toolset }) =>
        `| [${name}](#${name}) | ${effect} | ${hasRoles(listed) ? `${role ?? ''} | ` : ''}${toolset} |`,
    ),
    '',
    ...listed.map(tool),
    ...(resources.length > 0 ? [resourceTable(resources)] : []),
    ...(prompts.length > 0 ? [promptTable(prompts)] : []),
  ].join('\n');
}

function hasRoles(tools) {
  return tools.some(({ role }) => role !== null);
}

function tool({ name, title, description, effect, role, toolset, inputSchema, outputSchema, example, annotations }) {
  const facts = [
    `effect \`${effect}\``,
    role && `role \`${role}\``,
    `toolset \`${toolset}\``,
    annotations.idempotentHint && effect !== 'read' && 'twice is as once',
  ];
  const rows = Object.entries(inputSchema.properties ?? {}).map(
    ([key, schema]) =>
      `| \`${key}\`${(inputSchema.required ?? []).includes(key) ? '' : '?'} | ${kindOf(schema)} | ${cell(schema.description ?? '')} |`,
  );
  return `### ${name}

${title}. ${description}

${facts.filter(Boolean).join(', ')}

${rows.length > 0 ? `| argument | kind | |\n|---|---|---|\n${rows.join('\n')}\n` : 'No arguments.\n'}
Result: ${membersOf(outputSchema)}

\`\`\`json
${JSON.stringify(example)}
\`\`\`
`;
}

/** The members of a result, two levels deep. */
function membersOf(schema, depth = 0) {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return 'an object';
  return members
    .map(([key, member]) => {
      const inside = member.items?.properties ? member.items : member.properties ? member : null;
      const optional = (schema.required ?? []).includes(key) ? '' : '?';
      const list = member.items ? '[]' : '';
      return depth < 1 && inside
        ? `\`${key}${optional}${list}\` (${membersOf(inside, depth + 1)})`
        : `\`${key}${optional}${list}\``;
    })
    .join(', ');
}

function kindOf({ type, enum: values, items, anyOf, const: only }) {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (type === 'array') return `list${items?.type ? ` of ${kindOf(items)}` : ''}`;
  return type ?? 'any JSON';
}

function resourceTable(resources) {
  return `### Resources

| address | what | answered by |
|---|---|---|
${resources.map(({ uriTemplate, title, description, tool: name }) => `| \`${uriTemplate}\` | ${cell(`${title}. ${description}`)} | \`${name}\` |`).join('\n')}
`;
}

function promptTable(prompts) {
  return `### Prompts

| prompt | what | arguments |
|---|---|---|
${prompts.map(({ name, title, description, arguments: given }) => `| \`${name}\` | ${cell(`${title}. ${description}`)} | ${given.map((one) => `\`${one.name}\`${one.required ? '' : '?'}`).join(', ')} |`).join('\n')}
`;
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
