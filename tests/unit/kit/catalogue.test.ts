import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { Catalogue, nothingOffered, type CatalogueTool } from '../../../electron/core/gateway/catalogue.ts';
import { listTools } from '../../../electron/core/gateway/tool-list.ts';
import { variablesOf } from '../../../electron/core/gateway/uri-template.ts';
import { providers } from '../../../electron/core/providers/index.ts';
import { aerospikeTools } from '../../../electron/servers/aerospike/tools/index.ts';
import { akamaiTools } from '../../../electron/servers/akamai/tools/index.ts';

const program = join(import.meta.dirname, '../../../electron/servers/catalogue.ts');
const print = (): string => execFileSync(process.execPath, [program], { encoding: 'utf8', env: {} });
const printed = print();
const catalogue = Catalogue.parse(JSON.parse(printed));

/** What a model sees of a tool, in tokens. */
const tokensOf = ({ name, description, inputSchema }: Pick<CatalogueTool, 'name' | 'description' | 'inputSchema'>) =>
  encode(JSON.stringify({ name, description, inputSchema })).length;
/** As the gateway lists them to a client with one credential: its own tool and the selector in each are in it. */
const tokensListed = (tools: readonly CatalogueTool[], argument: string): number =>
  listTools(tools, { argument, listTool: `list_${argument}s` }, ['customer-prod']).reduce(
    (sum, tool) => sum + tokensOf(tool),
    0,
  );

it('the catalogue is the same each time, and has a server for each provider', () => {
  expect(print()).toBe(printed);
  expect(Object.keys(catalogue)).toEqual(providers.map(({ id }) => id));
});

describe.each(providers)('the catalogue of $title', ({ id, selector, toolNamePrefix, clientCheck }) => {
  const { tools, resources, prompts, completions } = catalogue[id] ?? nothingOffered;
  const listed = tools.filter(({ internal }) => !internal);
  const definitions = { akamai: akamaiTools, aerospike: aerospikeTools }[id] ?? [];

  it('has every tool under a name that all clients take, and those that the host calls', () => {
    for (const { name } of tools) expect(name).toMatch(new RegExp(`^${toolNamePrefix}_[a-z_]{1,50}$`));
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
    const internal = tools.filter((tool) => tool.internal).map(({ name }) => name);
    expect(internal).toContain(`${toolNamePrefix}_test_credential`);
    if (clientCheck) expect(internal).toContain(clientCheck.tool);
  });

  it('leaves the selector to the gateway and asks for no secret', () => {
    for (const { inputSchema } of tools) {
      const names = Object.keys(inputSchema.properties ?? {});
      expect(names.filter((name) => /customer|profile|account|secret|token|password/i.test(name))).toEqual([]);
    }
  });

  it('has an example of each tool that takes arguments, which the tool itself would take', () => {
    for (const { name, input, example, isInternal } of definitions) {
      if (isInternal) continue;
      expect(input.safeParse(example), name).toMatchObject({ success: true });
      expect(Object.keys(example).filter((key) => !(key in input.shape))).toEqual([]);
    }
  });

  it('offers resources and prompts that its own tools can answer', () => {
    for (const { uriTemplate, tool } of resources) {
      const variables = variablesOf(uriTemplate);
      expect(variables).toContain(selector);
      const schema = listed.find(({ name }) => name === tool)?.inputSchema;
      const needed = (schema?.required ?? []) as string[];
      expect(variables.filter((name) => name !== selector)).toEqual(expect.arrayContaining(needed));
      for (const name of variables) if (name !== selector) expect(schema?.properties).toHaveProperty(name);
    }
    for (const { text, arguments: known } of prompts) {
      expect(variablesOf(text).filter((name) => !known.some((one) => one.name === name))).toEqual([]);
      for (const [name] of text.matchAll(new RegExp(`${toolNamePrefix}_[a-z_]+`, 'g')))
        expect(listed.map((tool) => tool.name)).toContain(name);
    }
    if (completions) expect(tools.map(({ name }) => name)).toContain(completions.tool);
  });

  it('has no noise in its schemas', () => {
    expect(JSON.stringify(tools.map(({ inputSchema }) => inputSchema))).not.toMatch(
      /\$schema|additionalProperties|9007199254740991/,
    );
  });
});

it('names the tools that are promised to scripts', () => {
  const names = Object.values(catalogue).flatMap(({ tools }) =>
    tools.filter(({ internal }) => !internal).map(({ name }) => name),
  );
  for (const name of ['list_groups', 'list_contracts', 'list_properties', 'list_zones'])
    expect(names).toContain(`akamai_${name}`);
  const ofReference =
    'list_namespaces describe_namespace list_sets describe_set get_record batch_get query_records scan_set put_record delete_record batch_write operate list_indexes create_index drop_index truncate_set list_udfs register_udf remove_udf execute_udf cluster_info node_stats';
  for (const name of ofReference.split(' ')) expect(names).toContain(`aerospike_${name}`);
});

it('costs a model few tokens: all Akamai tools, all Aerospike tools, and those that only read', () => {
  const listed = (id: string) => (catalogue[id]?.tools ?? []).filter(({ internal }) => !internal);
  expect(tokensListed(listed('akamai'), 'customer')).toBeLessThan(2000);
  expect(tokensListed(listed('aerospike'), 'profile')).toBeLessThan(4500);
  const reading = listed('aerospike').filter(({ role }) => role === null || role === 'read-only');
  expect(tokensListed(reading, 'profile')).toBeLessThan(2000);
  expect(Math.max(...Object.keys(catalogue).flatMap((id) => listed(id).map(tokensOf)))).toBeLessThan(260);
});
