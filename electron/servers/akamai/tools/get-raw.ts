import { z } from 'zod';
import type { JsonObject } from '../../../core/workers/protocol.ts';
import { cursorFor, positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { fitsAnswer, outlineOf, partAt } from '../../kit/json-part.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { checkPath } from '../api/api-path.ts';
import { parseJson } from '../api/body.ts';
import { networkError } from '../api/network-error.ts';
import type { Answer } from '../api/transport.ts';
import { papiHeaders } from '../papi.ts';
import { holdsSecretMember, isSecretPath, withoutPrivateKeys, withoutSecrets } from '../secret-members.ts';
import type { AkamaiServices } from '../services.ts';

const Outline = z.object({ pointer: z.string(), kind: z.string(), bytes: z.int() });

export const getRaw = defineTool({
  name: 'akamai_get',
  title: 'Read any API path',
  description:
    'GETs any Akamai API path that no other tool covers, e.g. path=/papi/v1/products?contractId=ctr_C-1. A large answer comes as an outline: ask again with `pointer`, e.g. /items/0.',
  toolset: 'raw',
  effect: 'read',
  example: { path: '/papi/v1/products?contractId=ctr_C-1', pointer: '/products/items' },
  input: z.object({
    path: z.string().max(2000),
    pointer: z
      .string()
      .max(300)
      .regex(/^(?:\/|$)/, 'a pointer starts with /')
      .optional(),
    ...pageInput,
  }),
  output: z.object({
    body: z.unknown().optional(),
    text: z.string().optional(),
    outline: z.array(Outline).optional(),
    ...pageOutput,
  }),
  async run({ path, pointer = '', limit, cursor }, { api }: AkamaiServices, context) {
    checkPath(path);
    if (isSecretPath(path)) throw holdsSecrets();
    if (/[?&]accountSwitchKey=/i.test(decodeQuery(path))) throw otherAccount();
    const scope = ['raw', path, pointer];
    const position = positionOf(cursor, scope, 0);
    const headers = { Accept: 'application/json, text/*;q=0.5, */*;q=0.1', ...papiHeaders };
    const answer = await api.getRaw({ path, headers }, context);
    const json = jsonOf(answer, api.redact);
    if (!json) return textPage(api.redact(textOf(answer)), { position, scope });
    const part = partAt(withoutSecrets(json.value), pointer);
    if (Array.isArray(part)) {
      const { rows, ...page } = slicePage<unknown>(part, { position, limit, scope });
      if (fitsAnswer(rows)) return { body: rows, ...page };
    } else if (fitsAnswer(part)) {
      return { body: part };
    }
    const { rows, ...page } = slicePage(outlineOf(part, pointer), { position, limit, scope });
    return { outline: rows, ...page, note: 'Too large to show whole: ask again with one of these pointers.' };
  },
  text({ body, text, outline, ...page }) {
    if (outline) return table('Outline', outline, Outline.keyof().options, page);
    const more = page.next === undefined ? '' : `\nMore: call again with cursor "${page.next}".`;
    return `${text ?? JSON.stringify(body ?? null)}${more}`;
  },
});

/**
 * JSON by its type or by its look: the members of what is sent as text are left out all the same. Undefined for a text
 * that is no JSON.
 */
function jsonOf({ headers, body }: Answer, redact: (text: string) => string): { value: unknown } | undefined {
  const isDeclared = body.length === 0 || /[/+]json\b/.test(headers['content-type'] ?? '');
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  if (!isDeclared && !/^\s*[[{"]/.test(text)) return undefined;
  try {
    return { value: parseJson(Buffer.from(redact(text))) };
  } catch (error) {
    if (isDeclared) throw networkError(error);
    // What only begins like JSON may be several values, one a line, or cut off; its secrets cannot be told apart.
    if (holdsSecretMember(text)) throw mixedSecrets();
    return undefined;
  }
}

function textOf({ headers, body }: Answer): string {
  if (headers['content-type']?.startsWith('text/')) return withoutPrivateKeys(body.toString('utf8'));
  throw new ToolError(
    'refused',
    'The answer is no text, so it cannot be shown.',
    'Download it in Akamai Control Center.',
  );
}

/** A piece of a text answer; the cursor counts characters. Escaping may lengthen it, hence the margin. */
function textPage(text: string, { position, scope }: { position: number; scope: unknown }): JsonObject {
  const end = position + Math.floor(maxTextBytes / 2);
  return {
    text: text.slice(position, end),
    ...(end < text.length
      ? { next: cursorFor(scope, end), note: `Characters ${position} to ${end} of ${text.length}.` }
      : {}),
  };
}

function decodeQuery(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const holdsSecrets = (): ToolError =>
  new ToolError(
    'refused',
    'What is at this path is a secret, which tools do not read.',
    'Look in Akamai Control Center.',
  );

const mixedSecrets = (): ToolError =>
  new ToolError(
    'refused',
    'The answer holds secrets in a form that they cannot be taken out of, so it is not shown.',
    'Look in Akamai Control Center.',
  );

const otherAccount = (): ToolError =>
  new ToolError(
    'refused',
    'The account is part of the credential and cannot be chosen in a call.',
    'Use the credential that is set up for that account.',
  );
