import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkIn, routeOf } from '../../../electron/main/deep-link.ts';

describe('a chatelaine:// link', () => {
  it.each([
    ['chatelaine://approvals', '#/approvals'],
    ['chatelaine://approvals/', '#/approvals'],
    ['chatelaine://', '#/'],
    ['chatelaine://credentials/acme-prod', '#/credentials/acme-prod'],
    ['chatelaine://credentials/Sch%C3%B6n%20%26%20Co', '#/credentials/Sch%C3%B6n%20%26%20Co'],
  ])('%s opens %s', (link, route) => expect(routeOf(link)).toBe(route));

  it.each([
    'chatelaine://approve/1234',
    'chatelaine://evil.example/credentials',
    'chatelaine://credentials/a/b',
    'chatelaine://credentials/%00%ff',
    'chatelaine://settings/x',
    'chatelaine://credentials/x?y=1',
    'chatelaine://credentials/x#/approve',
    'chatelaine://user@credentials/x',
    'CHATELAINE://approvals',
    'https://approvals',
    `chatelaine://credentials/${'x'.repeat(700)}`,
    '',
  ])('%.40s opens nothing', (link) => expect(routeOf(link)).toBeNull());

  it('never becomes more than a known page and one encoded name', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl().map((url) => url.replace(/^https?/, 'chatelaine')),
        ),
        (text) => {
          for (const link of [text, `chatelaine://${text}`, `chatelaine://credentials/${text}`])
            expect(routeOf(link) ?? '#/').toMatch(
              /^#\/$|^#\/(credentials|clients|approvals|activity|servers|settings|welcome)$|^#\/credentials\/[A-Za-z0-9\-_.!~*'()%]+$/,
            );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is found among the arguments of a second start', () => {
    expect(linkIn(['/opt/app', '--flag', 'chatelaine://clients'])).toBe('chatelaine://clients');
    expect(linkIn(['/opt/app', 'file.txt'])).toBeNull();
  });
});
