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

/** A provider's own fields. What a person types is read from the elements at submit: `name` is the field's key. */
export function ProviderFields({ fields, isEdit, storedText, hasSecret }: ProviderFieldsProps) {
  return fields.map(({ key, label, secret, required, multiline, choices, help, placeholder }) => (
    <Field
      key={key}
      label={required ? label : `${label} (optional)`}
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
              defaultValue={storedText(key)}
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
