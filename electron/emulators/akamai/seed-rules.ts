import type { Json } from './model.ts';

/** A rule tree as PAPI gives it, with `count` rules below the default one, three levels deep. */
export function ruleTree(site: string, count: number): Json {
  const children = Array.from({ length: count }, (_, at) => rule(site, at));
  const nested = children.map((child, at) => (at % 10 === 0 ? { ...child, children: [rule(site, 1000 + at)] } : child));
  return {
    name: 'default',
    options: { is_secure: true },
    criteria: [],
    children: nested,
    behaviors: [
      {
        name: 'origin',
        options: {
          originType: 'CUSTOMER',
          hostname: `origin.${site}`,
          forwardHostHeader: 'REQUEST_HOST_HEADER',
          httpPort: 80,
        },
      },
      { name: 'cpCode', options: { value: { id: 12_345, name: `${site} main` } } },
    ],
  };
}

const rule = (site: string, at: number): Record<string, Json> => ({
  name: `Rule ${at}`,
  criteriaMustSatisfy: 'all',
  criteria: [{ name: 'path', options: { matchOperator: 'MATCHES_ONE_OF', values: [`/section-${at}/*`] } }],
  behaviors: [
    { name: 'caching', options: { behavior: 'MAX_AGE', ttl: `${1 + (at % 30)}d`, mustRevalidate: false } },
    {
      name: 'modifyOutgoingResponseHeader',
      options: {
        action: 'ADD',
        customHeaderName: 'X-Section',
        headerValue: `${site} ${at} ${'long value '.repeat(40)}`,
      },
    },
  ],
  children: [],
});
