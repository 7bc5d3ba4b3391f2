import { z } from 'zod';
import { Colour } from './colour.ts';

/**
 * What cannot be seen or turns text around: controls (NUL among them), format characters (bidi, zero-width, tags), lone
 * surrogates, line separators, blank letters and variation selectors. A name with one of them could pass for another.
 */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{2800}\u{3164}\u{fe00}-\u{fe0f}\u{ffa0}\u{e0100}-\u{e01ef}]/u;

/** Whether all of a text can be seen, in the order in which it is written. */
export const isSeen = (text: string): boolean => !unseen.test(text);

/** A credential's name: 1 to 64 characters, NFC, trimmed; it stands in tool schemas and on command lines. */
const CredentialName = z
  .string('is required and must be text')
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => name !== '', 'must not be empty')
  .refine((name) => Array.from(name).length <= 64, 'must have at most 64 characters')
  .refine(isSeen, 'must not contain control, invisible or direction-changing characters')
  .refine((name) => !name.includes('/'), 'must not contain a slash');

/** A text of unknown origin as it may stand in a message or on a terminal: 64 characters at most, none of them unseen. */
export const shown = (text: string): string =>
  Array.from(text, (one) => (unseen.test(one) ? '\ufffd' : one))
    .slice(0, 64)
    .join('');

/** Two names are one name when this is equal. */
export const nameKey = (name: string): string => name.normalize('NFC').trim().toLowerCase();

const Tag = z
  .string('must be text')
  .transform((tag) => tag.normalize('NFC').trim())
  .refine((tag) => tag !== '' && Array.from(tag).length <= 64, 'must have 1 to 64 characters')
  .refine(isSeen, 'must not contain control or invisible characters');

const cleared = (value: unknown): unknown => (value === '' || value === null ? undefined : value);

/** The fields that every provider's entries have, next to its own. `null` and '' clear what may be cleared. */
export const entryFields = {
  name: CredentialName,
  tags: z
    .preprocess(cleared, z.array(Tag, 'must be a list of texts').max(32, 'has at most 32 tags').default([]))
    .transform((tags) => [...new Set(tags)]),
  colour: z.preprocess(
    cleared,
    z
      .enum(Colour.options, `must be one of ${Colour.options.join(', ')}`)
      .nullable()
      .default(null),
  ),
  notes: z.preprocess(
    cleared,
    z
      .string('must be text')
      .max(4000, 'must have at most 4,000 characters')
      .refine((notes) => !/\0|\p{Cs}/u.test(notes), 'must not contain NUL')
      .default(''),
  ),
  rotateEveryDays: z.preprocess(
    cleared,
    z
      .number('must be a number of days')
      .int('must be whole days')
      .min(1, 'must be at least 1 day')
      .max(3650, 'must be at most 3,650 days')
      .nullable()
      .default(null),
  ),
};

/** Printable ASCII without spaces, as it travels in a request header. Surrounding white space is dropped. */
export const headerText = (maximum: number) =>
  z
    .string('is required and must be text')
    .transform((text) => text.trim())
    .refine((text) => text !== '', 'must not be empty')
    .refine((text) => text.length <= maximum, `must have at most ${maximum} characters`)
    .refine((text) => /^[\x21-\x7e]*$/.test(text), 'must not contain spaces, control or non-ASCII characters');

export const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(cleared, schema.optional());
