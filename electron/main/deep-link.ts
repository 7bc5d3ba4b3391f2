const pages = new Set(['', 'credentials', 'clients', 'approvals', 'activity', 'servers', 'settings', 'welcome']);

/**
 * The page's route that a `chatelaine://` link asks for, e.g. `chatelaine://credentials/acme-prod` → `#/credentials/acme-prod`.
 * Anything may have written the link, so it can only look: nothing but a known page and one name passes, null for all else.
 */
export function routeOf(link: string): string | null {
  const match = /^chatelaine:\/\/([a-z]*)(?:\/([^/?#]{0,600}))?\/?$/.exec(link.slice(0, 1_000));
  if (!match) return null;
  const [, page = '', rest = ''] = match;
  if (!pages.has(page)) return null;
  if (rest === '') return `#/${page}`;
  if (page !== 'credentials') return null;
  const name = decoded(rest);
  return name === null || name === '' || name.length > 200 ? null : `#/${page}/${encodeURIComponent(name)}`;
}

/** The first link among a program's arguments. */
export const linkIn = (argv: readonly string[]): string | null =>
  argv.find((argument) => argument.startsWith('chatelaine://')) ?? null;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
