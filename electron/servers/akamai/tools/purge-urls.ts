import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { apiPath, asciiJson } from '../api/api-path.ts';
import type { AkamaiServices } from '../services.ts';

/** Fast Purge refuses larger bodies (about 50 kB by its documentation). */
const maxBodyBytes = 50_000;

const PurgeUrl = z
  .string()
  .max(2048)
  .refine(isWebUrl, 'each has to be a whole http or https URL without user name or fragment');

const Accepted = z.object({
  purgeId: z.string().optional(),
  supportId: z.string().optional(),
  estimatedSeconds: z.number().optional(),
});

export const purgeUrls = defineTool({
  name: 'akamai_purge_urls',
  title: 'Purge URLs',
  description: 'Invalidates cached URLs on staging or production, e.g. urls=["https://www.example.com/a.css"].',
  toolset: 'purge',
  effect: 'destroy',
  isIdempotent: true,
  example: { urls: ['https://www.example.com/a.css'], network: 'staging' },
  input: z.object({
    urls: z.array(PurgeUrl).min(1).max(500),
    network: z.enum(['staging', 'production']),
  }),
  output: z.object({ network: z.string(), urlCount: z.int(), ...Accepted.shape }),
  plan({ urls, network }) {
    const distinct = distinctUrls(urls);
    return {
      // Staging serves testers only; production loses cache and sends its load to the origin, at once and for everyone.
      effect: network === 'staging' ? 'write' : 'destroy',
      sentence: `Purge ${counted(distinct.length)} on ${network.toUpperCase()}`,
      preview: { network, method: 'invalidate', urls: distinct },
      network,
    };
  },
  async run({ urls, network }, { api }: AkamaiServices, context) {
    const objects = distinctUrls(urls);
    // The network is always sent: an omitted one means production.
    const path = apiPath`/ccu/v3/invalidate/url/${network}`;
    const accepted = await api.post({ path, body: { objects }, schema: Accepted }, context);
    return { network, urlCount: objects.length, ...accepted };
  },
  text: ({ network, urlCount, purgeId, estimatedSeconds }) =>
    `Akamai accepted the purge of ${counted(urlCount)} on ${network.toUpperCase()}; done in about ${estimatedSeconds ?? 'some'} s. Purge id ${purgeId ?? 'not given'}.`,
});

function distinctUrls(urls: readonly string[]): string[] {
  const distinct = [...new Set(urls)];
  if (Buffer.byteLength(asciiJson({ objects: distinct })) <= maxBodyBytes) return distinct;
  throw new ToolError('too-large', 'These URLs are more than one purge takes (50 kB).', 'Purge them in several calls.');
}

function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\#@]+$/.test(text) || !URL.canParse(text)) return false;
  return new URL(text).username === '';
}

const counted = (count: number): string => (count === 1 ? '1 URL' : `${count} URLs`);
