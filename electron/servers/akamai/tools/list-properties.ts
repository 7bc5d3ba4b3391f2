import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { AnswerError } from '../api/answer-error.ts';
import { Property, type Group } from '../directory.ts';
import { ContractId, GroupId, bareId } from '../papi.ts';
import type { AkamaiServices } from '../services.ts';

/** Reads of one listing: one per group and contract, since PAPI lists properties only by both. */
const maxPlaces = 200;

export const listProperties = defineTool({
  name: 'akamai_list_properties',
  title: 'List properties',
  description:
    'Properties with their latest, staging and production versions; all groups unless narrowed. To find one by hostname use akamai_search_properties.',
  toolset: 'properties',
  effect: 'read',
  example: { search: 'www', limit: 20 },
  input: z.object({
    contractId: ContractId.optional(),
    groupId: GroupId.optional(),
    search: z.string().max(100).describe('part of the name').optional(),
    ...pageInput,
  }),
  output: z.object({ properties: z.array(Property), ...pageOutput }),
  async run({ limit, cursor, search = '', ...filter }, services: AkamaiServices, context) {
    const scope = ['properties', filter, search];
    const position = positionOf(cursor, scope, 0);
    const { groups } = await services.directory.groups(context);
    const places = placesOf(groups, filter);
    const lists = await readAll(places.slice(0, maxPlaces), services, context);
    const wanted = search.toLowerCase();
    const found = lists
      .flatMap((list) => list ?? [])
      .filter(({ propertyName }) => propertyName.toLowerCase().includes(wanted));
    const { rows, ...page } = slicePage(found, { position, limit, scope });
    return { properties: rows, ...page, ...omissions(places.length, lists) };
  },
  text: ({ properties, ...page }) =>
    table(
      'Properties',
      properties,
      ['propertyId', 'propertyName', 'latestVersion', 'stagingVersion', 'productionVersion', 'contractId', 'groupId'],
      page,
    ),
});

interface Place {
  contractId: string;
  groupId: string;
}

const placesOf = (
  groups: readonly Group[],
  filter: { contractId?: string | undefined; groupId?: string | undefined },
) =>
  groups
    .filter(({ groupId }) => filter.groupId === undefined || bareId(groupId) === bareId(filter.groupId))
    .flatMap(({ groupId, contractIds }) =>
      contractIds
        .filter((id) => filter.contractId === undefined || bareId(id) === bareId(filter.contractId))
        .map((contractId): Place => ({ contractId, groupId })),
    );

/**
 * The properties of each place; null where this client may not look. The client's limiter bounds what runs at once; the
 * first that fails ends the others.
 */
async function readAll(
  places: readonly Place[],
  { directory }: AkamaiServices,
  context: ToolContext,
): Promise<(Property[] | null)[]> {
  let done = 0;
  const siblings = new AbortController();
  const signal = AbortSignal.any([context.signal, siblings.signal]);
  return await Promise.all(
    places.map(async (place) => {
      const list = await directory.properties(place, { ...context, signal }).catch((error: unknown) => {
        const isOutOfSight = error instanceof AnswerError && [403, 404].includes(error.status);
        // One place alone was asked for by name, so its refusal is the answer.
        if (isOutOfSight && places.length > 1) return null;
        siblings.abort();
        throw error;
      });
      done += 1;
      if (places.length > 4) context.progress(done, places.length, `Read ${done} of ${places.length} groups`);
      return list;
    }),
  );
}

function omissions(places: number, lists: readonly (Property[] | null)[]): { note?: string } {
  const refused = lists.filter((list) => list === null).length;
  const notes = [
    places > maxPlaces && `Only ${maxPlaces} of ${places} group and contract pairs were read: narrow it by groupId.`,
    refused > 0 && `${refused} groups could not be read with this credential.`,
  ].filter((note) => note !== false);
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}
