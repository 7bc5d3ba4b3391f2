import { ToolError } from '../../kit/tool-error.ts';
import { checkPath } from './api-path.ts';

/**
 * Where a redirect leads, as a path to sign anew. Some APIs answer with one by design (PAPI `versions/latest`). It has to
 * stay on our origin and within the API that was asked, e.g. `/papi/`; anything else throws `upstream`.
 */
export function redirectPath(location: string | undefined, askedPath: string, origin: string): string {
  const target = URL.canParse(location ?? '', origin) ? new URL(location ?? '', origin) : null;
  if (target?.origin !== origin || apiOf(target.pathname) !== apiOf(askedPath)) throw strange();
  const switchKey = new URL(askedPath, origin).searchParams.get('accountSwitchKey');
  // A Location that forgets the account switch key would be answered for the home account.
  if (switchKey !== null) target.searchParams.set('accountSwitchKey', switchKey);
  const path = `${target.pathname}${target.search}`;
  checkPath(path);
  return path;
}

const apiOf = (path: string): string => path.split('/', 2).join('/');

const strange = (): ToolError =>
  new ToolError('upstream', 'Akamai pointed to another place, which was not followed.', 'A proxy may change answers.');
