import { useState } from 'react';
import { call } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Select } from '../../ui/select.tsx';
import { useProviders } from '../credentials/use-providers.ts';
import type { Grant, Registration } from './client.ts';
import { GrantRow } from './grant-row.tsx';
import { isLooser } from './strictness.ts';
import { titleOf } from './use-client-title.ts';

/** What a client may do: for each provider, and for each credential that is set apart. */
export function GrantTable({ registration }: { registration: Registration }) {
  const { name, providers } = registration;
  const grants = useAsk('grants.list', {}).data?.filter(({ client }) => client === name) ?? [];
  const act = useAct();
  const confirm = useConfirm();

  const set = (before: Grant, change: Partial<Pick<Grant, 'effects' | 'toolsets'>>): void =>
    void act.run(async () => {
      const { client, provider, credential } = before;
      const after = { effects: change.effects ?? before.effects, toolsets: change.toolsets ?? before.toolsets };
      const send = (proof?: string) => call('grants.set', { client, provider, credential, ...after }, proof);
      if (!isLooser(before, after)) return send();
      return confirm({
        title: `Let ${client} do more with ${credential ?? `every ${provider} credential`}?`,
        text: changeWords(before, after),
        verb: 'Allow it',
        run: send,
      });
    });

  const allowAnother = (provider: string, credential: string): void =>
    void act.run(() =>
      confirm({
        title: `Let ${titleOf(registration)} use ${credential}?`,
        text: 'It may read with it without asking you; to write or destroy anything with it asks you.',
        verb: `Allow ${credential}`,
        run: (proof) =>
          call(
            'grants.set',
            { client: name, provider, credential, effects: { read: 'allow', write: 'ask', destroy: 'ask' } },
            proof,
          ),
      }),
    );

  return (
    <div className="flex flex-col gap-2">
      {providers.map((provider) => (
        <ProviderGrants
          key={provider}
          provider={provider}
          registration={registration}
          grants={grants}
          onSet={set}
          onAllow={(credential) => allowAnother(provider, credential)}
        />
      ))}
      {act.failure && <FailureNote failure={act.failure} />}
    </div>
  );
}

interface ProviderGrantsProps {
  provider: string;
  registration: Registration;
  grants: readonly Grant[];
  onSet: (before: Grant, change: Partial<Pick<Grant, 'effects' | 'toolsets'>>) => void;
  /** For a client with chosen credentials: one more. */
  onAllow: (credential: string) => void;
}

function ProviderGrants({ provider, registration, grants, onSet, onAllow }: ProviderGrantsProps) {
  const { providers, titleOf: providerTitle } = useProviders();
  const credentials = useAsk('credentials.list', {}).data ?? [];
  const [apart, setApart] = useState<string | null>(null);
  const toolsets = providers.find(({ id }) => id === provider)?.toolsets ?? [];
  const own = grants.filter((grant) => grant.provider === provider);
  const general = own.find(({ credential }) => credential === null) ?? {
    client: registration.name,
    provider,
    credential: null,
    effects: { read: 'allow', write: 'ask', destroy: 'ask' },
    toolsets: 'all',
  };
  const single = own.filter(({ credential }) => credential !== null);
  const rows = [
    general,
    ...single,
    ...(apart === null || single.some(({ credential }) => credential === apart)
      ? []
      : [{ ...general, credential: apart }]),
  ];
  const others = credentials.filter(
    ({ name, provider: of }) =>
      of === provider &&
      (registration.credentials === 'all' || registration.credentials.includes(name)) &&
      !rows.some(({ credential }) => credential === name),
  );
  const barred = credentials.filter(
    ({ name, provider: of }) =>
      of === provider && registration.credentials !== 'all' && !registration.credentials.includes(name),
  );
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse narrow:block">
        <caption className="sr-only">
          What {registration.name} may do with {providerTitle(provider)}
        </caption>
        <thead className="narrow:block">
          <tr className="text-left text-12 text-muted narrow:grid narrow:grid-cols-3">
            <th scope="col" className="py-1 pr-3 font-normal narrow:col-span-3">
              {providerTitle(provider)}
            </th>
            <th scope="col" className="w-24 py-1 pr-2 font-normal">
              Read
            </th>
            <th scope="col" className="w-24 py-1 pr-2 font-normal">
              Write
            </th>
            <th scope="col" className="w-24 py-1 pr-2 font-normal">
              Destroy
            </th>
            <th scope="col" className="w-32 py-1 font-normal narrow:hidden">
              Toolsets
            </th>
          </tr>
        </thead>
        <tbody className="narrow:block">
          {rows.map((grant) => (
            <GrantRow
              key={grant.credential ?? ''}
              grant={grant}
              toolsets={toolsets}
              general={rows.length > 1 ? 'every other credential' : 'every credential'}
              onSet={(change) => onSet(grant, change)}
            />
          ))}
        </tbody>
      </table>
      <div className="mt-1 flex flex-wrap gap-2">
        {others.length > 0 && (
          <Select
            aria-label={`Set a credential apart for ${registration.name}`}
            value=""
            onChoose={setApart}
            className="max-w-60 text-muted"
            options={[
              { value: '', label: 'Set one credential apart…' },
              ...others.map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        )}
        {barred.length > 0 && (
          <Select
            aria-label={`Allow another credential for ${registration.name}`}
            value=""
            onChoose={onAllow}
            className="max-w-60 text-muted"
            options={[
              { value: '', label: 'Allow another credential…' },
              ...barred.map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        )}
      </div>
    </div>
  );
}

const changeWords = (before: Grant, after: Pick<Grant, 'effects' | 'toolsets'>): string => {
  const effects = (['read', 'write', 'destroy'] as const)
    .filter((effect) => before.effects[effect] !== after.effects[effect])
    .map((effect) => `${effect}: ${before.effects[effect]} → ${after.effects[effect]}`);
  const toolsets =
    JSON.stringify(before.toolsets) === JSON.stringify(after.toolsets)
      ? []
      : [`toolsets: ${after.toolsets === 'all' ? 'all' : after.toolsets.join(', ')}`];
  return `${[...effects, ...toolsets].join('; ')}. “Allow” means that it is done without asking you.`;
};
