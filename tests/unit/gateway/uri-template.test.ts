import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillTemplate, matchTemplate, variablesOf } from '../../../electron/core/gateway/uri-template.ts';

const template = 'aerospike://{profile}/namespaces/{namespace}/sets';

it('a filled template is read back as what was filled in, whatever that was', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1 }), (profile, namespace) => {
      expect(matchTemplate(template, fillTemplate(template, { profile, namespace }))).toEqual({ profile, namespace });
    }),
  );
});

it('an address fits as a whole or not at all', () => {
  expect(variablesOf(template)).toEqual(['profile', 'namespace']);
  expect(matchTemplate(template, 'aerospike://p/namespaces/test/sets')).toEqual({ profile: 'p', namespace: 'test' });
  for (const uri of [
    'aerospike://p/namespaces/test/sets/',
    'aerospike://p/namespaces/test/sets?x=1',
    'aerospike://p/namespaces/a/b/sets',
    'aerospike:///namespaces/test/sets',
    'aerospike://p/namespaces/%E0%A4%A/sets',
    'xaerospike://p/namespaces/test/sets',
  ])
    expect(matchTemplate(template, uri)).toBeNull();
  expect(fillTemplate('a://{toString}', {})).toBe('a://{toString}');
});
