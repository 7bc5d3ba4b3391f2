import type { Activity } from '../activity/record.ts';
import type { Registrations } from '../clients/registrations.ts';
import type { Handlers, Requester } from '../contract/dispatch.ts';
import type { Output } from '../contract/procedures.ts';
import type { Vault } from '../credentials/vault.ts';
import { Failure } from '../failure.ts';
import type { Lock } from '../lock.ts';
import { providerOf } from '../providers/index.ts';
import { assertTyped, type Approval, type Approvals } from './approvals.ts';
import type { Person } from './person.ts';
import {
  effectivePolicy,
  isGranted,
  isLooser as isPolicyLooser,
  type Grant,
  type Policy,
  type Registration,
  type Toolsets,
} from './policy.ts';
import type { PolicyStore } from './policy-store.ts';

type ConsentHandlers = Pick<
  Handlers,
  'grants.list' | 'grants.set' | 'approvals.list' | 'approvals.approve' | 'approvals.deny'
>;

export function consentHandlers(deps: {
  vault: Vault;
  policy: PolicyStore;
  registrations: Registrations;
  approvals: Approvals;
  activity: Activity;
  person: Person;
  lock: Lock;
  /** The toolsets that a provider's tools belong to. */
  toolsetsOf: (provider: string) => readonly string[];
  /** Told after each change of a grant: clients list their tools again, windows their rows. */
  onGrantsChanged: () => void;
}): ConsentHandlers {
  const { vault, policy, registrations, approvals, activity, person, lock } = deps;

  const grantView = (
    registration: Registration,
    provider: string,
    credentialId: string | null,
  ): Output<'grants.list'>[number] => ({
    client: registration.name,
    provider,
    credential: credentialId === null ? null : vault.byId(credentialId).name,
    ...effectivePolicy(policy.current(), registration.id, provider, credentialId),
  });

  const view = (approval: Approval): Output<'approvals.list'>[number] => approvalView(approval, vault);

  /** Checked first, so that nobody types a passphrase for a question that is gone. */
  const assertWaiting = (id: string): void => {
    if (approvals.pending().some((approval) => approval.id === id)) return;
    throw new Failure(
      'not-found',
      `No approval ${JSON.stringify(id).slice(0, 40)} is waiting.`,
      'It may have been answered or have run out: `chatelaine approvals` lists what waits.',
    );
  };

  return {
    'grants.list': async () =>
      policy.current().registrations.flatMap((registration) =>
        registration.providers.flatMap((provider) => [
          grantView(registration, provider, null),
          ...policy
            .current()
            .grants.filter(
              (grant) =>
                grant.registrationId === registration.id && grant.provider === provider && grant.credentialId !== null,
            )
            .filter((grant) => vault.list().some(({ id }) => id === grant.credentialId))
            .map((grant) => grantView(registration, provider, grant.credentialId)),
        ]),
      ),

    async 'grants.set'(input, requester: Requester) {
      lock.assertUnlocked();
      const registration = registrations.byName(input.client);
      const provider = providerOf(input.provider).id;
      const credential = input.credential === null ? null : vault.byName(input.credential);
      if (credential && credential.provider !== provider) {
        throw new Failure(
          'not-found',
          `${credential.name} is not a credential of ${provider}. Nothing was changed.`,
          '`chatelaine list` shows providers and names.',
        );
      }
      const credentialId = credential?.id ?? null;
      assertToolsets(input.toolsets, deps.toolsetsOf(provider));
      const next = (current: Policy): Policy =>
        withGrant(current, registration, {
          registrationId: registration.id,
          provider,
          credentialId,
          effects: input.effects,
          ...(input.toolsets !== undefined && { toolsets: input.toolsets }),
        });
      const isLooser = (current: Policy): boolean =>
        isLooserAnywhere(current, next(current), registration.id, provider, vault);
      const isProved = isLooser(policy.current());
      if (isProved) await person.prove(requester);
      await policy.change((current) => {
        // Another change may have come in between: what was no loosening then may be one now.
        if (!isProved && isLooser(current)) throw changedMeanwhile();
        return next(current);
      });
      const view = grantView(registrations.byName(input.client), provider, credentialId);
      deps.onGrantsChanged();
      await activity.append(
        {
          kind: 'grant-changed',
          client: registration.name,
          registrationId: registration.id,
          provider,
          credential: view.credential,
          effects: view.effects,
        },
        { durable: true },
      );
      return view;
    },

    'approvals.list': async () => approvals.pending().map(view),

    async 'approvals.approve'({ id, scope, typed }, requester) {
      lock.assertUnlocked();
      assertWaiting(id);
      await person.agree(requester);
      assertWaiting(id);
      const waiting = approvals.pending().find((approval) => approval.id === id);
      if (waiting) assertTyped(waiting, scope, typed);
      if (waiting)
        await activity.append({ kind: 'approval-approved', ...approvalLine(waiting), scope }, { durable: true });
      return view(approvals.approve(id, scope, typed));
    },

    async 'approvals.deny'({ id }) {
      const denied = approvals.deny(id);
      await activity.append({ kind: 'approval-denied', ...approvalLine(denied) }, { durable: true });
      return view(denied);
    },
  };
}

/** A misspelt toolset would lock everything out without a word. */
function assertToolsets(wanted: Toolsets | undefined, known: readonly string[]): void {
  const strange = wanted === undefined || wanted === 'all' ? [] : wanted.filter((toolset) => !known.includes(toolset));
  if (strange.length === 0) return;
  throw new Failure(
    'invalid-input',
    `There is no toolset called ${strange.join(', ').slice(0, 80)}. Nothing was changed.`,
    `There are: ${known.join(', ')}, or all.`,
  );
}

const changedMeanwhile = (): Failure =>
  new Failure('changed', 'The grants were changed at the same moment. This change was not made.', 'Try again.');

/** Replaces or merges the grant of that layer; a grant on a credential that the client did not have also gives it that one. */
function withGrant(policy: Policy, registration: Registration, grant: Grant): Policy {
  const isSame = (other: Grant): boolean =>
    other.registrationId === grant.registrationId &&
    other.provider === grant.provider &&
    other.credentialId === grant.credentialId;
  const old = policy.grants.find(isSame);
  const merged: Grant = { ...old, ...grant, effects: { ...old?.effects, ...grant.effects } };
  return {
    grants: [...policy.grants.filter((other) => !isSame(other)), merged],
    registrations: policy.registrations.map((entry) => (entry.id === registration.id ? widened(entry, grant) : entry)),
  };
}

function widened(entry: Registration, { provider, credentialId }: Grant): Registration {
  const providers = entry.providers.includes(provider) ? entry.providers : [...entry.providers, provider];
  const needs = credentialId !== null && entry.credentials !== 'all' && !entry.credentials.includes(credentialId);
  return {
    ...entry,
    providers,
    credentials: needs && entry.credentials !== 'all' ? [...entry.credentials, credentialId] : entry.credentials,
  };
}

/** Compared for the provider as a whole (credentials to come) and for each credential that there is. */
function isLooserAnywhere(
  before: Policy,
  after: Policy,
  registrationId: string,
  provider: string,
  vault: Vault,
): boolean {
  const ids = vault
    .list()
    .filter((credential) => credential.provider === provider)
    .map(({ id }) => id);
  const reach = (policy: Policy, id: string): boolean =>
    policy.registrations.some((entry) => entry.id === registrationId && isGranted(entry, provider, id));
  return [null, ...ids].some((id) => {
    if (id !== null && reach(after, id) && !reach(before, id)) return true;
    return isPolicyLooser(
      effectivePolicy(before, registrationId, provider, id),
      effectivePolicy(after, registrationId, provider, id),
    );
  });
}

export const approvalLine = (approval: Approval) => ({
  approvalId: approval.id,
  client: approval.client,
  registrationId: approval.registrationId,
  provider: approval.provider,
  credential: approval.credential,
  credentialId: approval.credentialId,
  tool: approval.tool,
  effect: approval.plan.effect,
});

const approvalView = (approval: Approval, vault: Vault): Output<'approvals.list'>[number] => ({
  id: approval.id,
  colour: vault.list().find(({ id }) => id === approval.credentialId)?.colour ?? null,
  client: approval.client,
  provider: approval.provider,
  credential: approval.credential,
  tool: approval.tool,
  effect: approval.plan.effect,
  network: approval.plan.network ?? null,
  sentence: approval.plan.sentence,
  preview: approval.plan.preview,
  args: approval.args,
  asks: approval.plan.asks?.label ?? null,
  askedAt: new Date(approval.askedAtMs).toISOString(),
  expiresAt: new Date(approval.expiresAtMs).toISOString(),
});
