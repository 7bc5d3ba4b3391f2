import { isSecretElement } from '../../ui/secret-input.tsx';
import type { Credential, Provider } from './credential.ts';
import { fieldAt, fieldText, fieldValue, putField, splitList, type Draft } from './draft.ts';

/**
 * The draft to add, or (with the stored credential) only what changed: an absent field stays, an empty one is cleared, an
 * empty secret is kept. Secrets stay in their elements; empty them when they have served.
 */
export function readForm(form: HTMLFormElement, provider: Provider, stored?: Credential): Draft {
  const draft: Draft = {};
  for (const { key, secret } of provider.fields) {
    const text = textOf(form, key);
    const before = fieldAt(stored?.fields ?? {}, key);
    if (secret ? text !== '' : stored ? text !== fieldText(before) : text !== '') {
      putField(draft, key, fieldValue(text, before));
    }
  }
  const days = textOf(form, 'rotateEveryDays');
  const own = {
    name: textOf(form, 'name'),
    tags: splitList(textOf(form, 'tags')),
    colour: textOf(form, 'colour') === '' ? null : textOf(form, 'colour'),
    notes: textOf(form, 'notes'),
    rotateEveryDays: days === '' ? null : Number(days),
  };
  const blank = { name: '', tags: [], colour: null, notes: '', rotateEveryDays: null };
  for (const key of ['name', 'tags', 'colour', 'notes', 'rotateEveryDays'] as const) {
    if (JSON.stringify(own[key]) !== JSON.stringify((stored ?? blank)[key])) draft[key] = own[key];
  }
  return draft;
}

export function emptySecrets(form: HTMLFormElement): void {
  for (const element of form.elements) if (isSecretElement(element)) element.value = '';
}

/** Whether stored secrets would go somewhere else than now without being typed again: the host wants the person then. */
export function redirectsSecrets(provider: Provider, stored: Credential, changes: Draft): boolean {
  const isRedirected = provider.fields.some(({ key, directs }) => directs && fieldAt(changes, key) !== undefined);
  return isRedirected && !stored.secrets.every((key) => fieldAt(changes, key) !== undefined);
}

const textOf = (form: HTMLFormElement, name: string): string => {
  const element = form.elements.namedItem(name);
  if (element instanceof RadioNodeList) return element.value;
  return element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
    ? element.value
    : '';
};
