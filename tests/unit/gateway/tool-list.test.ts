import { describe, expect, it } from 'vitest';
import { listTools } from '../../../electron/core/gateway/tool-list.ts';
import { selector, toolOf } from '../../support/gateway.ts';

const tool = {
  ...toolOf('akamai_list_groups', 'read', 'identity'),
  inputSchema: {
    type: 'object' as const,
    properties: { page: { type: 'number' } },
    required: ['page'],
    additionalProperties: false,
  },
};
const schemaFor = (names: string[]) => listTools([tool], selector, names)[1]?.inputSchema;

describe('the tools as a client sees them', () => {
  it('name the customers in the schema while they are few, the argument first', () => {
    expect(schemaFor(['acme', 'globex'])).toEqual({
      type: 'object',
      properties: { customer: { type: 'string', enum: ['acme', 'globex'] }, page: { type: 'number' } },
      required: ['customer', 'page'],
      additionalProperties: false,
    });
    expect(Object.keys(schemaFor(['acme'])?.properties ?? {})).toEqual(['customer', 'page']);
    expect(schemaFor(['a', 'b', 'c', 'd', 'e'])).toMatchObject({
      properties: { customer: { enum: ['a', 'b', 'c', 'd', 'e'] } },
    });
  });

  it('do not require the argument when there is exactly one', () => {
    expect(schemaFor(['acme'])).toMatchObject({ properties: { customer: { enum: ['acme'] } }, required: ['page'] });
  });

  it.each([[[]], [['a', 'b', 'c', 'd', 'e', 'f']]])('point to the list of names instead for %j', (names) => {
    expect(schemaFor(names)).toMatchObject({
      properties: { customer: { type: 'string', description: 'From akamai_list_customers' } },
      required: ['customer', 'page'],
    });
    expect(JSON.stringify(schemaFor(names))).not.toContain('enum');
  });

  it('begin with the one that lists the names, which takes nothing', () => {
    const [list, ...rest] = listTools([tool], selector, ['acme']);
    expect(list).toMatchObject({
      name: 'akamai_list_customers',
      inputSchema: { type: 'object', properties: {} },
      annotations: { readOnlyHint: true, destructiveHint: false },
    });
    expect(rest.map(({ name }) => name)).toEqual(['akamai_list_groups']);
  });

  it('are the same for the same names, and leave the catalogue as it is', () => {
    const before = JSON.stringify(tool);
    expect(JSON.stringify(schemaFor(['acme', 'globex']))).toBe(JSON.stringify(schemaFor(['acme', 'globex'])));
    expect(JSON.stringify(tool)).toBe(before);
  });

  it('show nothing of how Chatelaine sorts them', () => {
    expect(Object.keys(listTools([tool], selector, [])[1] ?? {}).sort()).toEqual([
      'annotations',
      'description',
      'inputSchema',
      'name',
      'outputSchema',
      'title',
    ]);
  });
});
