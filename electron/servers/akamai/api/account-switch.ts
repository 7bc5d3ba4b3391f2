import { ToolError } from '../../kit/tool-error.ts';
import { withQuery } from './api-path.ts';

/**
 * APIs that cannot act in another account: Case Management and SIEM say so in their descriptions, DataStream 2 and
 * Brand Protector in their documentation.
 */
const withoutSwitching = /^\/(?:case-management|siem|datastream-config-api|brand-protector)\//;

/**
 * `path` with the account switch key in its query; it has to be there before signing. Refuses an API that would answer
 * for the home account instead.
 */
export function inAccount(path: string, accountSwitchKey: string | undefined): string {
  if (accountSwitchKey === undefined) return path;
  if (withoutSwitching.test(path)) {
    throw new ToolError(
      'refused',
      'This API cannot switch accounts, and this credential acts in another account than its own.',
      'Use a credential of that account itself.',
    );
  }
  return withQuery(path, { accountSwitchKey });
}
