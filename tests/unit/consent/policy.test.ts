import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  effectivePolicy,
  isLooser,
  type Decision,
  type EffectivePolicy,
  type Policy,
  type Registration,
} from '../../../electron/core/consent/policy.ts';

const registration: Registration = {
  id: 'r1',
  client: 'other',
  name: 'agent',
  providers: ['akamai'],
  credentials: ['c1'],
  createdAt: '2026-11-21T00:00:00.000Z',
};
const policy = (grants: Policy['grants'] = []): Policy => ({ registrations: [registration], grants });
const nothing = { read: 'deny', write: 'deny', destroy: 'deny' };

it('starts at read allow, write ask, destroy ask', () => {
  expect(effectivePolicy(policy(), 'r1', 'akamai', 'c1')).toEqual({
    effects: { read: 'allow', write: 'ask', destroy: 'ask' },
    toolsets: 'all',
  });
});

it('denies everything on what was not granted', () => {
  expect(effectivePolicy(policy(), 'r1', 'akamai', 'c2').effects).toEqual(nothing);
  expect(effectivePolicy(policy(), 'r1', 'aerospike', 'c1').effects).toEqual(nothing);
  expect(effectivePolicy(policy(), 'r2', 'akamai', 'c1').effects).toEqual(nothing);
  expect(effectivePolicy(policy(), 'r2', 'akamai', 'c1').toolsets).toEqual([]);
});

it('puts the credential’s grant over the provider’s, effect by effect', () => {
  const base = { registrationId: 'r1', provider: 'akamai' };
  const grants: Policy['grants'] = [
    { ...base, credentialId: null, effects: { write: 'deny', destroy: 'deny' }, toolsets: ['dns'] },
    { ...base, credentialId: 'c1', effects: { write: 'allow' } },
  ];
  expect(effectivePolicy(policy(grants), 'r1', 'akamai', 'c1')).toEqual({
    effects: { read: 'allow', write: 'allow', destroy: 'deny' },
    toolsets: ['dns'],
  });
});

const decision = fc.constantFrom<Decision>('allow', 'ask', 'deny');
const anyPolicy: fc.Arbitrary<EffectivePolicy> = fc.record({
  effects: fc.record({ read: decision, write: decision, destroy: decision }),
  toolsets: fc.oneof(fc.constant('all' as const), fc.subarray(['dns', 'purge', 'raw'])),
});

it('sees every loosening: what is not looser permits nothing that was not permitted before', () => {
  const order = ['deny', 'ask', 'allow'];
  fc.assert(
    fc.property(anyPolicy, anyPolicy, (before, after) => {
      if (isLooser(before, after)) return;
      for (const effect of ['read', 'write', 'destroy'] as const) {
        expect(order.indexOf(after.effects[effect])).toBeLessThanOrEqual(order.indexOf(before.effects[effect]));
      }
      for (const toolset of ['dns', 'purge', 'raw', 'later']) {
        const permits = ({ toolsets }: EffectivePolicy): boolean => toolsets === 'all' || toolsets.includes(toolset);
        if (permits(after)) expect(permits(before)).toBe(true);
      }
    }),
  );
});
