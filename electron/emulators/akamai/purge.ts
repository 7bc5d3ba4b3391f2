import { randomUUID } from 'node:crypto';
import type { RouteAnswer } from './answers.ts';
import type { Route } from './route.ts';

/** Fast Purge by URL: accepts web URLs, refuses the rest in its own error form (`httpStatus`, `supportId`). */
export const purgeRoutes: readonly Route[] = (['invalidate', 'delete'] as const).flatMap((method): Route[] => [
  {
    method: 'POST',
    template: `/ccu/v3/${method}/url/{network}`,
    answer({ body, params }) {
      if (params.network !== 'staging' && params.network !== 'production') return refused(400, 'unknown network');
      const objects = typeof body === 'object' && body !== null && 'objects' in body ? body.objects : null;
      if (!Array.isArray(objects) || objects.length === 0) return refused(400, 'objects is missing');
      const bad = objects.find((url) => typeof url !== 'string' || !/^https?:\/\//.test(url));
      if (bad !== undefined) return refused(403, 'unauthorized arl');
      const id = `edcp-${randomUUID().replaceAll('-', '').slice(0, 22)}`;
      return {
        status: 201,
        body: { httpStatus: 201, detail: 'Request accepted', estimatedSeconds: 5, purgeId: id, supportId: id },
      };
    },
  },
]);

const refused = (status: number, title: string): RouteAnswer => ({
  status,
  body: {
    httpStatus: status,
    title,
    detail: title,
    describedBy: 'https://techdocs.akamai.com/purge-cache/reference/api-errors',
    supportId: 'edcp-refused',
  },
});
