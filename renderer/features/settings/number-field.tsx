import { useRef, useState } from 'react';
import { Field, TextInput } from '../../ui/field.tsx';

interface NumberFieldProps {
  label: string;
  help: string;
  unit: string;
  value: number | null;
  min: number;
  max: number;
  /** Empty means: none. */
  mayBeEmpty?: boolean;
  /** What an empty field means, e.g. `never`. */
  empty?: string;
  /** Answers whether it was set; if not, the field shows the former value again. */
  onSet: (value: number | null) => Promise<boolean>;
}

/** A number that is set when its field is left or Enter is pressed, if it can be. */
export function NumberField({
  label,
  help,
  unit,
  value,
  min,
  max,
  mayBeEmpty = false,
  empty,
  onSet,
}: NumberFieldProps) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value === null ? '' : String(value));
  }
  const number = Number(text);
  const isFine = text === '' ? mayBeEmpty : Number.isFinite(number) && number >= min && number <= max;
  const isSetting = useRef(false);
  const commit = async (): Promise<void> => {
    const next = text === '' ? null : number;
    // Asking the person takes the focus away, which would set it once more.
    if (!isFine || next === value || isSetting.current) return;
    isSetting.current = true;
    const isSet = await onSet(next).finally(() => {
      isSetting.current = false;
    });
    if (!isSet) setText(value === null ? '' : String(value));
  };
  return (
    <Field
      label={label}
      help={help}
      problem={isFine ? undefined : `Give a number from ${min} to ${max}${mayBeEmpty ? ', or nothing' : ''}.`}
    >
      {(control) => (
        <span className="flex items-center gap-2">
          <TextInput
            {...control}
            inputMode="numeric"
            className="max-w-24"
            placeholder={empty}
            value={text}
            onChange={(event) => setText(event.target.value.trim())}
            onBlur={() => void commit()}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // The same press would otherwise answer the question that opens.
              event.preventDefault();
              void commit();
            }}
          />
          <span className="text-muted">{unit}</span>
        </span>
      )}
    </Field>
  );
}
