import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

export const inputLook =
  'h-8 w-full min-w-0 rounded-md border border-edge bg-raised px-2 text-13 text-ink disabled:opacity-60 aria-invalid:border-bad';

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  problem?: string | undefined;
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A control with its name above and what helps below, tied together for screen readers. */
export function Field({ label, help, problem, children }: FieldProps) {
  const id = useId();
  const describes = [help ? `${id}-help` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-13 font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': describes === '' ? undefined : describes,
        'aria-invalid': problem ? true : undefined,
      })}
      {help && (
        <p id={`${id}-help`} className="text-12 text-muted">
          {help}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="text-12 text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}

export function TextInput({ mono = false, className, ...rest }: ComponentProps<'input'> & { mono?: boolean }) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={classNames(inputLook, mono && 'font-mono text-12', className)}
    />
  );
}

export function Checkbox({ label, className, ...rest }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className={classNames('flex items-start gap-2', className)}>
      <input type="checkbox" {...rest} className="mt-[3px] size-3.5 shrink-0 accent-(--accent)" />
      <span className="min-w-0">{label}</span>
    </label>
  );
}
