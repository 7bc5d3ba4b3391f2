import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Approvals } from '../consent/approvals.ts';
import { effectivePolicy, type Registration } from '../consent/policy.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { providerOf } from '../providers/index.ts';
import type { Session } from './call.ts';
import type { Calls } from './calls.ts';
import { nothingOffered, type Catalogue } from './catalogue.ts';
import { openMcpSession, type ClientFacts, type McpSession } from './mcp-session.ts';

export interface LastSeen extends ClientFacts {
  at: string;
}

/** The MCP sessions that are open now, one per bridge connection. */
export interface Sessions {
  open(socket: Socket, registration: Registration, provider: string): void;
  /** Tells every client that names or tools may have changed. */
  toolsChanged(): void;
  endRegistration(registrationId: string): void;
  isConnected(registrationId: string): boolean;
  lastSeen(registrationId: string): LastSeen | null;
  closeAll(): Promise<void>;
}

/** Our own `verify` opens a session too; it must not look as if the client had connected. */
const verifierName = 'chatelaine-verify';

export function createSessions(deps: {
  calls: Calls;
  policy: PolicyStore;
  approvals: Approvals;
  catalogue: Catalogue;
  clock: Clock;
  log: Log;
  version: string;
  onChange: () => void;
}): Sessions {
  const sessions = new Map<string, { registrationId: string; mcp: McpSession }>();
  const seen = new Map<string, LastSeen>();

  return {
    open(socket, registration, providerId) {
      const { selector, toolNamePrefix } = providerOf(providerId);
      const session: Session = {
        id: randomUUID(),
        registration,
        provider: providerId,
        selector: { argument: selector, listTool: `${toolNamePrefix}_list_${selector}s` },
        offers: deps.catalogue[providerId] ?? nothingOffered,
      };
      const mcp = openMcpSession({
        socket,
        session,
        calls: deps.calls,
        policyOf: () => effectivePolicy(deps.policy.current(), registration.id, providerId, null),
        version: deps.version,
        log: deps.log,
        onClient(facts) {
          if (facts.name === verifierName) return;
          seen.set(registration.id, { ...facts, at: new Date(deps.clock.now()).toISOString() });
          deps.onChange();
        },
      });
      sessions.set(session.id, { registrationId: registration.id, mcp });
      socket.once('close', () => {
        sessions.delete(session.id);
        deps.approvals.endSession(session.id);
        void mcp.close();
        deps.onChange();
      });
      deps.onChange();
    },
    toolsChanged: () => sessions.forEach(({ mcp }) => mcp.toolsChanged()),
    endRegistration(registrationId) {
      for (const session of sessions.values()) if (session.registrationId === registrationId) void session.mcp.close();
    },
    isConnected: (registrationId) =>
      [...sessions.values()].some((session) => session.registrationId === registrationId),
    lastSeen: (registrationId) => seen.get(registrationId) ?? null,
    async closeAll() {
      await Promise.all([...sessions.values()].map(({ mcp }) => mcp.close()));
    },
  };
}
