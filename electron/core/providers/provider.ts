import type { z } from 'zod';

import type { SecretFields } from '../credentials/secret.ts';
import { Failure } from '../failure.ts';
import type { Colour } from './colour.ts';
import type { ChildProgram } from '../workers/launch.ts';
import type { JsonObject, JsonValue } from '../workers/protocol.ts';

/** One field of a provider's entries, in the order in which forms show them. `key` may be a path: `tls.key`. */
export interface Field {
  key: string;
  label: string;
  secret: boolean;
  required: boolean;
  /** Says where the secrets are sent or for whom they act: changing it alone needs the person. */
  directs?: true;
  multiline?: boolean;
  /** Fields of one group that few people need stand folded together under its name. */
  group?: string;
  /** The only values it takes. */
  choices?: readonly string[];
  help: string;
  placeholder?: string;
}

/** What a person typed or imported, checked and taken apart: what may be written to the index, and what may not. */
export interface Draft {
  name: string;
  tags: string[];
  colour: Colour | null;
  notes: string;
  rotateEveryDays: number | null;
  /** The provider's own fields without its secrets. */
  fields: JsonObject;
  /** Secret fields by key, e.g. `clientSecret`, `tls.key`. Only those that have a value. */
  secrets: Record<string, string>;
  /** True when it can only reach an emulator on this machine. */
  emulator: boolean;
  /** What looks odd and was accepted; holds no values. */
  warnings: string[];
}

/** Why a credential's own limits forbid a call. */
export interface Refusal {
  message: string;
  hint: string;
}

interface Entry {
  name: string;
  tags: string[];
  colour: Colour | null;
  notes: string;
  rotateEveryDays: number | null;
}

export interface Provider {
  id: string;
  title: string;
  /** The argument by which a tool call names the credential. */
  selector: 'customer' | 'profile';
  /** Tools are named `<prefix>_verb_noun`. */
  toolNamePrefix: string;
  fields: readonly Field[];
  /** Checks a whole entry as `add` takes it. Rejects with `invalid-input`; the message names fields, never values. */
  parse(input: unknown): Draft;
  /** The variables by which the provider's own command-line tools read a credential, for `exec`. */
  environment(fields: JsonObject, secrets: SecretFields): Record<string, string>;
  /** How its workers are started. */
  worker: Omit<ChildProgram, 'bundle'>;
  /** The tool by which a worker says whether the issuer's own client loads here; null where there is nothing to load. */
  clientCheck: { tool: string; fields: JsonObject } | null;
  /** What a credential's own ceiling says to a call, whatever the client was granted. Null: nothing against it. */
  refusalOf(fields: JsonObject, tool: { role: string | null }, args: JsonObject): Refusal | null;
  /** Whether an edit raises that ceiling: then it needs the person. */
  loosens(fields: JsonObject, changes: Readonly<Record<string, unknown>>): boolean;
}

/** Declares a provider. `draft` checks what `add` takes; keys it does not know are refused. */
export const defineProvider = <Parsed extends Entry>(definition: {
  id: string;
  title: string;
  selector: Provider['selector'];
  toolNamePrefix: string;
  fields: readonly Field[];
  draft: z.ZodType<Parsed>;
  isEmulator: (parsed: Parsed) => boolean;
  warnings: (parsed: Parsed) => string[];
  environment: Provider['environment'];
  worker?: Provider['worker'];
  clientCheck?: Provider['clientCheck'];
  refusalOf?: Provider['refusalOf'];
  loosens?: Provider['loosens'];
}): Provider => {
  const { id, title, selector, toolNamePrefix, fields, draft, environment } = definition;
  return {
    id,
    title,
    selector,
    toolNamePrefix,
    fields,
    environment,
    worker: definition.worker ?? {},
    clientCheck: definition.clientCheck ?? null,
    refusalOf: definition.refusalOf ?? (() => null),
    loosens: definition.loosens ?? (() => false),
    parse(input) {
      const result = draft.safeParse(input);
      if (!result.success) throw invalidInput(title, result.error);
      const { name, tags, colour, notes, rotateEveryDays, ...own } = result.data;
      const secrets: Record<string, string> = {};
      // The schema's output is what JSON carries; the type parameter cannot say so.
      const open = structuredClone(own) as JsonObject;
      for (const { key } of fields.filter(({ secret }) => secret)) {
        const value = take(open, key.split('.'));
        if (typeof value === 'string') secrets[key] = value;
      }
      return {
        name,
        tags,
        colour,
        notes,
        rotateEveryDays,
        fields: withoutUndefined(open),
        secrets,
        emulator: definition.isEmulator(result.data),
        warnings: definition.warnings(result.data),
      };
    },
  };
};

/** Removes the value at a path and gives it back. */
const take = (object: JsonObject, [first = '', ...rest]: string[]): JsonValue | undefined => {
  const value = object[first];
  if (rest.length > 0) return isObject(value) ? take(value, rest) : undefined;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key comes from the provider's declaration
  delete object[first];
  return value;
};

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutUndefined = (object: JsonObject): JsonObject => JSON.parse(JSON.stringify(object)) as JsonObject;

const invalidInput = (title: string, error: z.ZodError): Failure => {
  const problems = error.issues.slice(0, 5).map((issue) => {
    const where = issue.path.map(String).join('.');
    return where === '' ? issue.message : `${where} ${issue.message}`;
  });
  return new Failure(
    'invalid-input',
    `This is not a complete ${title} credential: ${problems.join('; ')}. Nothing was stored.`,
    'Correct the named fields and try again.',
  );
};
