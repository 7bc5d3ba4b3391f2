import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { inputLook } from './field.tsx';

interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange'> {
  options: readonly { value: string; label: string }[];
  onChoose?: (value: string) => void;
}

/** The system's own list: it needs no style of its own at run time, which the strict CSP would refuse. */
export function Select({ options, onChoose, className, ...rest }: SelectProps) {
  return (
    <select {...rest} onChange={(event) => onChoose?.(event.target.value)} className={classNames(inputLook, className)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
