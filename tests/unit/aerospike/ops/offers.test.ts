import { describe, expect, it } from 'vitest';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { aerospikeOffers } from '../../../../electron/servers/aerospike/offers.ts';
import { aerospikeTools } from '../../../../electron/servers/aerospike/tools/index.ts';
import { operationTools } from '../../../../electron/servers/aerospike/tools/operations.ts';
import { catalogueEntry } from '../../../../electron/servers/kit/catalogue-entry.ts';

const named = (text: string): string[] => text.match(/aerospike_[a-z_]+[a-z]/g) ?? [];
const known = aerospikeTools.map(({ name }) => name);

describe('offers', () => {
  it('answer each resource by a tool that takes the variables of its address', () => {
    for (const { uriTemplate, tool: name, role } of aerospikeOffers.resources) {
      const variables = [...uriTemplate.matchAll(/\{([a-z]+)\}/g)].map(([, variable]) => variable).slice(1);
      const tool = aerospikeTools.find((candidate) => candidate.name === name);
      if (!tool) throw new Error(`no tool ${name}`);
      expect(Object.keys(tool.input.shape)).toEqual(expect.arrayContaining(variables));
      expect(tool.role).toBe(role);
      expect(tool.effect).toBe('read');
    }
  });

  it('have prompts whose placeholders are their arguments, and whose tools exist', () => {
    for (const { name, text, arguments: declared } of aerospikeOffers.prompts) {
      const placeholders = new Set([...text.matchAll(/\{([a-z]+)\}/g)].map(([, placeholder]) => placeholder));
      expect([...placeholders].sort(), name).toEqual(declared.map((argument) => argument.name).sort());
      for (const tool of named(text)) expect(known, name).toContain(tool);
    }
  });
});

describe('prompts', () => {
  it('each name the profile that they are for, and work without one', () => {
    for (const { name, text, arguments: declared } of aerospikeOffers.prompts) {
      expect(declared[0], name).toMatchObject({ name: 'profile', required: false });
      expect(text, name).toContain('{profile}');
    }
  });

  it('have an argument for each kind of name that can be completed', () => {
    const used = aerospikeOffers.prompts.flatMap(({ arguments: declared }) => declared.map(({ name }) => name));
    for (const { argument } of aerospikeOffers.completions) expect(used).toContain(argument);
  });
});

describe('what the model reads of these tools', () => {
  const tokens = (role: string): number =>
    operationTools
      .filter((tool) => tool.role === role && !tool.isInternal)
      .map((tool) => {
        const { name, description, inputSchema } = catalogueEntry(tool);
        return encode(JSON.stringify({ name, description, inputSchema })).length;
      })
      .reduce((total, count) => total + count, 0);

  it('stays within its share of tokens', () => {
    expect(tokens('read-only')).toBeLessThanOrEqual(1000);
    expect(tokens('admin')).toBeLessThanOrEqual(520);
  });

  it('has names of the house and one short sentence', () => {
    for (const { name, description, isInternal } of operationTools) {
      expect(name).toMatch(/^aerospike_[a-z_]+$/);
      expect(isInternal || description.length <= 110, name).toBe(true);
    }
  });
});
