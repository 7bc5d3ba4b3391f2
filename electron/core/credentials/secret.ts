import { inspect } from 'node:util';

/**
 * A text that cannot print itself: string conversion, JSON and `util.inspect` all give `[secret]`.
 * `reveal()` is the only way to the text, so it is the only kind of line to review.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.toPrimitive](): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** The secret fields of one credential by field name, e.g. `clientToken`, `clientSecret`, `accessToken`. */
export type SecretFields = Readonly<Record<string, Secret>>;
