import type { ToolServices } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Connection } from '../connection/connection.ts';

/** What the tools of operation and administration need of a profile's services. */
export interface OpsServices extends ToolServices {
  connection: Connection;
  profile: OpsProfile;
}

export interface OpsProfile {
  /** The namespaces that this profile may see; null: all. */
  namespaces: readonly string[] | null;
  /** The user that the profile signs in as. */
  user?: string | null | undefined;
}

export const isInScope = ({ namespaces }: OpsProfile, namespace: string): boolean =>
  namespaces === null || namespaces.includes(namespace);

/** Refuses a namespace outside the allow-list in the same words whether the cluster has it or not. */
export function assertInScope(profile: OpsProfile, namespace: string): void {
  if (isInScope(profile, namespace)) return;
  throw new ToolError(
    'refused',
    `This profile may not see the namespace "${safeLine(namespace, 31)}".`,
    `It is limited to: ${(profile.namespaces ?? []).join(', ')}.`,
  );
}

/** What concerns every namespace of a cluster is not for a profile that is limited to some. */
export function assertUnlimited(profile: OpsProfile, what: string): void {
  if (profile.namespaces === null) return;
  throw new ToolError(
    'refused',
    `${what} concerns every namespace, and this profile is limited to: ${profile.namespaces.join(', ')}.`,
    'A person can lift the limit in Chatelaine, or use another profile.',
  );
}
