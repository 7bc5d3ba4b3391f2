import { classNames } from '../../ui/class-names.ts';
import { Field, inputLook, TextInput } from '../../ui/field.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { Select } from '../../ui/select.tsx';
import type { ProviderField } from './credential.ts';

interface ProviderFieldsProps {
  fields: readonly ProviderField[];
  isEdit: boolean;
  storedText: (key: string) => string;
  hasSecret: (key: string) => boolean;
}

/**
 * A provider's own fields. What a person types is read from the elements at submit: `name` is the field's key. A group
 * stands folded below them until something in it is set.
 */
export function ProviderFields(props: ProviderFieldsProps) {
  const groups = [...new Set(props.fields.map(({ group }) => group))].filter((group) => group !== null);
  return (
    <>
      <Fields {...props} fields={props.fields.filter(({ group }) => group === null)} />
      {groups.map((group) => {
        const inside = props.fields.filter((field) => field.group === group);
        return (
          <details
            key={group}
            open={inside.some(({ key }) => props.hasSecret(key) || props.storedText(key) !== '')}
            className="rounded-md border border-line px-3 py-2"
          >
            <summary className="w-fit rounded-sm font-medium">{group} (optional)</summary>
            <div className="flex flex-col gap-4 pt-3 pb-1">
              <Fields {...props} fields={inside} />
            </div>
          </details>
        );
      })}
    </>
  );
}

function Fields({ fields, isEdit, storedText, hasSecret }: ProviderFieldsProps) {
  return fields.map(({ key, label, secret, required, multiline, group, choices, help, placeholder }) => (
    <Field
      key={key}
      label={required || group !== null ? label : `${label} (optional)`}
      help={secret && isEdit && hasSecret(key) ? `${help} Leave it empty to keep the stored one.` : help}
    >
      {(control) => {
        const common = { ...control, name: key, placeholder };
        if (secret) {
          return <SecretInput {...common} multiline={multiline} required={required && !hasSecret(key)} />;
        }
        if (choices) {
          return (
            <Select
              {...common}
              defaultValue={storedText(key) || (required ? choices[0] : '')}
              options={[
                ...(required ? [] : [{ value: '', label: 'Not set' }]),
                ...choices.map((choice) => ({ value: choice, label: choice })),
              ]}
            />
          );
        }
        return multiline ? (
          <textarea
            {...common}
            required={required}
            rows={4}
            spellCheck={false}
            defaultValue={storedText(key)}
            className={classNames(inputLook, 'h-auto py-1 font-mono text-12')}
          />
        ) : (
          <TextInput {...common} mono required={required} defaultValue={storedText(key)} />
        );
      }}
    </Field>
  ));
}
