import { useEffect, useRef, type ComponentProps, type RefObject } from 'react';
import { classNames } from './class-names.ts';
import { inputLook } from './field.tsx';

type SecretElement = HTMLInputElement | HTMLTextAreaElement;

/**
 * A field for a secret. React never knows its value: whoever submits reads the element once, by `takeSecret`, which
 * empties it; leaving the page empties it too.
 */
export function SecretInput({
  multiline = false,
  inputRef,
  className,
  ...rest
}: { multiline?: boolean; inputRef?: RefObject<SecretElement | null> } & Omit<ComponentProps<'input'>, 'ref'>) {
  const own = useRef<SecretElement | null>(null);
  useEffect(() => {
    const element = own.current;
    return () => {
      if (element) element.value = '';
    };
  }, []);
  const { id, name, placeholder, required, autoFocus, 'aria-describedby': describedBy } = rest;
  const common = {
    id,
    name,
    placeholder,
    required,
    autoFocus,
    'aria-describedby': describedBy,
    'aria-label': rest['aria-label'],
    'aria-invalid': rest['aria-invalid'],
    spellCheck: false,
    autoCapitalize: 'off',
    'data-secret': '',
    ref: (element: SecretElement | null) => {
      if (element) own.current = element;
      if (inputRef) inputRef.current = element;
    },
  };
  return multiline ? (
    <textarea
      {...common}
      autoComplete="off"
      rows={4}
      className={classNames(inputLook, 'concealed h-auto py-1 font-mono text-12', className)}
    />
  ) : (
    <input {...common} type="password" autoComplete="off" className={classNames(inputLook, 'font-mono', className)} />
  );
}

/** Reads a secret once and empties its field. */
export function takeSecret(element: SecretElement | null | undefined): string {
  if (!element) return '';
  const { value } = element;
  element.value = '';
  return value;
}

export const isSecretElement = (element: unknown): element is SecretElement =>
  (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && 'secret' in element.dataset;
