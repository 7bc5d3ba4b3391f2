import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { Catalogue, nothingOffered } from '../../../electron/core/gateway/catalogue.ts';

const program = join(import.meta.dirname, '../../../electron/servers/catalogue.ts');
const print = (): string => execFileSync(process.execPath, [program], { encoding: 'utf8', env: {} });

describe('the catalogue', () => {
  const printed = print();
  const { tools: akamai } = Catalogue.parse(JSON.parse(printed)).akamai ?? nothingOffered;
  const listed = akamai.filter(({ internal }) => !internal);

  it('is the same each time', () => expect(print()).toBe(printed));

  it('has every tool under a name that all clients take', () => {
    expect(akamai.length).toBeGreaterThanOrEqual(13);
    for (const { name } of akamai) expect(name).toMatch(/^akamai_[a-z_]{1,50}$|^akamai_get$/);
    expect(new Set(akamai.map(({ name }) => name)).size).toBe(akamai.length);
    for (const name of ['akamai_list_groups', 'akamai_list_contracts', 'akamai_list_properties', 'akamai_list_zones']) {
      expect(listed.map((tool) => tool.name)).toContain(name);
    }
  });

  it('leaves the selector to the gateway and asks for no secret', () => {
    for (const { inputSchema } of akamai) {
      const names = Object.keys(inputSchema.properties ?? {});
      expect(names.filter((name) => /customer|profile|account|secret|token|password/i.test(name))).toEqual([]);
    }
  });

  it('costs a client less than 2,000 tokens for name, description and input', () => {
    const tokens = listed.map(
      ({ name, description, inputSchema }) => encode(JSON.stringify({ name, description, inputSchema })).length,
    );
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBeLessThan(2000);
    expect(Math.max(...tokens)).toBeLessThan(200);
    expect(printed).not.toMatch(/\$schema|additionalProperties|9007199254740991/);
  });
});
