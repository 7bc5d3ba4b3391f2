import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { fitsAnswer, outlineOf, partAt } from '../../kit/json-part.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { apiPath } from '../api/api-path.ts';
import { PropertyId, papiHeaders } from '../papi.ts';
import { readProperty } from '../property.ts';
import { isRule, ruleOutline } from '../rule-outline.ts';
import { withoutSecrets } from '../secret-members.ts';
import type { AkamaiServices } from '../services.ts';

const RuleTree = z.object({
  propertyVersion: z.int(),
  etag: z.string().optional(),
  ruleFormat: z.string().optional(),
  rules: z.looseObject({}),
});

const OutlineRow = z.object({ path: z.string(), name: z.string(), criteria: z.string(), behaviors: z.string() });

export const getPropertyRules = defineTool({
  name: 'akamai_get_property_rules',
  title: 'Get rules of a property',
  description:
    'Outline of a rule tree; with `path` from the outline, e.g. /rules/children/0, that part in full. Default: latest version.',
  toolset: 'properties',
  effect: 'read',
  example: { propertyId: 'prp_175780', path: '/rules/children/0' },
  input: z.object({
    propertyId: PropertyId,
    version: z.int().min(1).optional(),
    path: z
      .string()
      .max(300)
      .regex(/^\/rules(?:\/|$)/, 'a path starts with /rules')
      .optional(),
    ...pageInput,
  }),
  output: z.object({
    version: z.int(),
    ruleFormat: z.string().optional(),
    etag: z.string().optional(),
    path: z.string(),
    outline: z.array(OutlineRow).optional(),
    part: z.unknown().optional(),
    ...pageOutput,
  }),
  async run({ propertyId, path, limit, cursor, ...asked }, { api }: AkamaiServices, context) {
    const version = asked.version ?? (await readProperty(api, propertyId, context)).latestVersion;
    const scope = ['rules', propertyId, version, path];
    const position = positionOf(cursor, scope, 0);
    const tree = await api.get(
      {
        path: apiPath`/papi/v1/properties/${propertyId}/versions/${version}/rules`,
        query: { validateRules: false },
        headers: papiHeaders,
        schema: RuleTree,
      },
      context,
    );
    const { ruleFormat, etag } = tree;
    const part = withoutSecrets(partAt(tree, path ?? '/rules'));
    const about = { version, ruleFormat, etag, path: path ?? '/rules' };
    if (path !== undefined && fitsAnswer(part)) return { ...about, part };
    const outline = isRule(part) ? ruleOutline(part, about.path) : membersAsRows(part, about.path);
    const { rows, ...page } = slicePage(outline, { position, limit, scope });
    const note = path === undefined ? {} : { note: 'This part is too large to show: take one of the paths below it.' };
    return { ...about, outline: rows, ...page, ...note };
  },
  text({ version, ruleFormat, etag, path, outline, part, ...page }) {
    const head = `Version ${version}, format ${ruleFormat ?? 'unknown'}, etag ${etag ?? 'unknown'}, ${path}`;
    return outline ? table(head, outline, OutlineRow.keyof().options, page) : `${head}\n${JSON.stringify(part)}`;
  },
});

const membersAsRows = (part: unknown, path: string): z.infer<typeof OutlineRow>[] =>
  outlineOf(part, path).map(({ pointer, kind, bytes }) => ({
    path: pointer,
    name: `${kind}, ${bytes} bytes`,
    criteria: '',
    behaviors: '',
  }));
