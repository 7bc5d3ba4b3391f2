import type { JsonObject } from '../../core/workers/protocol.ts';
import type { Tool, ToolServices } from '../kit/define-tool.ts';
import type { ConnectMessage } from '../kit/serve-worker.ts';
import { ToolError, type ToolLog } from '../kit/tool-error.ts';
import type { Connection } from './connection/connection.ts';
import { guardNamespaces } from './connection/guarded.ts';
import { createOfficialConnection } from './connection/official.ts';
import type { SeedReach } from './connection/probe.ts';
import { pace } from './limits/paced.ts';
import { createTokenBucket, systemClock } from './limits/token-bucket.ts';
import type { KeyMemory } from './tools/asked-keys.ts';
import { readProfile, roles, takeSecrets, type Profile, type Role } from './profile.ts';

/** What the tools work with: one profile's connection, with its walls around it. Dropped whole when the profile changes. */
export interface AerospikeServices extends ToolServices {
  /** Refuses namespaces outside the profile's list and keeps to its rate, whatever tool asks. */
  connection: Connection;
  profile: Profile;
  keyMemory: KeyMemory;
  /** For the profile's test: how each seed answers, tried anew. */
  probe(signal: AbortSignal): Promise<SeedReach[]>;
  permit(tool: Pick<Tool<ToolServices>, 'name' | 'role' | 'effect' | 'isInternal'>, input: JsonObject): void;
  close(): void;
}

/** `connect` of the worker's shell. The caller wipes the message's bytes. Opens nothing: the first call does. */
export function connectAerospike(message: ConnectMessage, log: ToolLog): AerospikeServices {
  const profile = readProfile(message.fields);
  const { connection, session } = createOfficialConnection(profile, takeSecrets(message), log);
  const bucket = () => createTokenBucket(profile.requestsPerSecond, profile.burst, systemClock);
  const guarded = guardNamespaces(connection, profile.namespaces);
  return {
    connection: pace(guarded, { reads: bucket(), writes: bucket() }, profile.timeoutMs),
    profile,
    keyMemory: new Map(),
    probe: (signal) => {
      session.retryNow();
      return session.probe(signal);
    },
    permit: (tool) => assertRole(profile.role, tool.role),
    close: () => connection.close(),
  };
}

/** A tool without a role only reads. Throws `refused`. */
export function assertRole(has: Role, needed: string | null): void {
  const rank = (role: string): number => {
    const found = roles.findIndex((known) => known === role);
    // A role that nobody knows is one that nobody has.
    return found === -1 ? roles.length : found;
  };
  if (rank(has) >= rank(needed ?? 'read-only')) return;
  throw new ToolError(
    'refused',
    `This profile has the role ${has}; this tool needs ${needed ?? 'read-only'}.`,
    'Use another profile, or have a person raise its role in Chatelaine.',
  );
}
