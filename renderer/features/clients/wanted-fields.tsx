import { useAsk } from '../../ask.ts';
import { Checkbox, Field, TextInput } from '../../ui/field.tsx';
import { useProviders } from '../credentials/use-providers.ts';

/** What a client shall be given. `providers: null`: all of them. */
export interface Wanted {
  name: string;
  providers: string[] | null;
  credentials: 'all' | string[];
}

interface WantedFieldsProps {
  wanted: Wanted;
  onWant: (wanted: Wanted) => void;
  /** The client is unknown, so it needs a name. */
  isNamed: boolean;
}

const toggle = (list: readonly string[], one: string): string[] =>
  list.includes(one) ? list.filter((other) => other !== one) : [...list, one];

export function WantedFields({ wanted, onWant, isNamed }: WantedFieldsProps) {
  const { providers } = useProviders();
  const credentials = useAsk('credentials.list', {}).data ?? [];
  const chosenProviders = wanted.providers ?? providers.map(({ id }) => id);
  const offered = credentials.filter(({ provider }) => chosenProviders.includes(provider));
  return (
    <div className="flex flex-col gap-4">
      {isNamed && (
        <Field label="Name of the client" help="As you want to see it here, for instance Cursor.">
          {(control) => (
            <TextInput
              {...control}
              required
              maxLength={64}
              value={wanted.name}
              onChange={(event) => onWant({ ...wanted, name: event.target.value })}
            />
          )}
        </Field>
      )}
      {providers.length > 1 && (
        <fieldset>
          <legend className="mb-1 font-medium">Servers</legend>
          <div className="flex flex-wrap gap-4">
            {providers.map(({ id, title }) => (
              <Checkbox
                key={id}
                label={title}
                checked={chosenProviders.includes(id)}
                onChange={() => onWant({ ...wanted, providers: toggle(chosenProviders, id) })}
              />
            ))}
          </div>
        </fieldset>
      )}
      <fieldset>
        <legend className="mb-1 font-medium">Credentials that it may use</legend>
        <Checkbox
          label="All of them, later ones too"
          checked={wanted.credentials === 'all'}
          onChange={(event) => onWant({ ...wanted, credentials: event.target.checked ? 'all' : [] })}
        />
        {wanted.credentials !== 'all' && (
          <div className="mt-1 grid max-h-48 grid-cols-2 gap-1 overflow-y-auto pl-5 narrow:grid-cols-1">
            {offered.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={<span className="break-all">{name}</span>}
                checked={wanted.credentials.includes(name)}
                onChange={() =>
                  onWant({
                    ...wanted,
                    credentials: toggle(wanted.credentials === 'all' ? [] : wanted.credentials, name),
                  })
                }
              />
            ))}
          </div>
        )}
      </fieldset>
      <p className="text-muted">
        It starts with: read allowed, write and destroy ask you. You can change that afterwards.
      </p>
    </div>
  );
}
