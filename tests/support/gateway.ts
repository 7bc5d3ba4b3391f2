import type { ActivityEntry } from '../../electron/core/activity/entry.ts';
import type { Activity } from '../../electron/core/activity/record.ts';
import { createApprovals } from '../../electron/core/consent/approvals.ts';
import type { Registration } from '../../electron/core/consent/policy.ts';
import { createPolicyStore } from '../../electron/core/consent/policy-store.ts';
import { createVault } from '../../electron/core/credentials/vault.ts';
import type { Session } from '../../electron/core/gateway/call.ts';
import { createCalls } from '../../electron/core/gateway/calls.ts';
import { nothingOffered, type CatalogueTool, type ServerCatalogue } from '../../electron/core/gateway/catalogue.ts';
import { lockedFailure } from '../../electron/core/lock.ts';
import type { Effect, HostMessage, JsonObject } from '../../electron/core/workers/protocol.ts';
import { createSupervisor } from '../../electron/core/workers/supervisor.ts';
import { workerSource } from '../../electron/core/workers/worker-source.ts';
import { createMemoryStore } from '../../electron/platform/memory-store.ts';
import { akamaiCanaries } from './canaries.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLaunch, type FakeChild } from './fake-launch.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createQuietLog } from './quiet-log.ts';

export const toolOf = (
  name: string,
  effect: Effect,
  toolset: string,
  internal = false,
  role: string | null = null,
): CatalogueTool => ({
  name,
  title: `Do ${name}`,
  description: '',
  toolset,
  role,
  effect,
  internal,
  example: {},
  inputSchema: { type: 'object' },
  outputSchema: { type: 'object' },
  annotations: { readOnlyHint: effect === 'read', destructiveHint: false, idempotentHint: false, openWorldHint: true },
});

export const selector = { argument: 'customer', listTool: 'akamai_list_customers' };

/** A call that has reached a worker: the moment from which it may have an effect. */
export interface Made {
  credential: string;
  tool: string;
  args: JsonObject;
  typed?: string;
}

/** The effect that the made-up worker plans: `args.effect`, which a real one would find out; `args.asks` likewise. */
const planOf = ({ tool, args }: Extract<HostMessage, { type: 'plan' }>) => ({
  effect: (args.effect ?? 'write') as Effect,
  sentence: `Do ${tool}`,
  preview: { args },
  ...(typeof args.asks === 'string' && { asks: { label: args.asks } }),
});

/** What is kept and offered: by default customer sections with canaries, and four tools. */
interface World {
  provider: string;
  selector: Session['selector'];
  draftOf: (name: string) => { name: string; [field: string]: unknown };
  offers: ServerCatalogue;
}

const akamaiWorld: World = {
  provider: 'akamai',
  selector,
  draftOf: (name) => ({ ...akamaiCanaries(name), host: 'akab-canary.luna.akamaiapis.net' }),
  offers: {
    ...nothingOffered,
    tools: [
      toolOf('look', 'read', 'reading'),
      toolOf('change', 'write', 'changing'),
      toolOf('wipe', 'destroy', 'changing'),
      toolOf('akamai_test_credential', 'read', 'reading', true),
    ],
  },
};

/** The gateway on fakes all around: what the worker is told is kept, and the person is this test. */
export async function createGateway(
  names: readonly string[],
  onMade: (made: Made) => void = () => undefined,
  { provider, selector, draftOf, offers }: World = akamaiWorld,
) {
  const clock = createFakeClock();
  const log = createQuietLog();
  const store = createMemoryStore({ isOpen: true });
  const files = createMemoryFiles();
  const vault = createVault({ home: '/home', store, files, clock, log });
  await vault.load();
  const secrets: string[] = [];
  for (const name of names) {
    const { record } = await vault.add(provider, draftOf(name));
    secrets.push(...Object.values(await vault.secretsOf(record.id)).map((secret) => secret.reveal()));
  }
  const policy = createPolicyStore({ home: '/home', store, files, log });
  await policy.load();
  await policy.open();
  const registration: Registration = {
    id: 'r1',
    client: 'other',
    name: 'agent',
    providers: [provider],
    credentials: 'all',
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  await policy.change(() => ({ registrations: [registration], grants: [] }));
  const approvals = createApprovals({ clock, onChange: () => undefined });
  const lines: ActivityEntry[] = [];
  let isRecordFull = false;
  const activity: Pick<Activity, 'append'> = {
    async append(entry) {
      if (isRecordFull) throw new Error('disk full');
      lines.push(entry);
      return { seq: lines.length, at: '', kind: entry.kind };
    },
  };
  const made: Made[] = [];
  const credentialOf = new Map<FakeChild, string>();
  const { launch, children } = createFakeLaunch((child, message) => {
    if (message.type === 'credential') {
      const token = Buffer.from(message.secrets.clientToken ?? []).toString();
      credentialOf.set(child, names[Math.floor(secrets.indexOf(token) / 3)] ?? '?');
    } else if (message.type === 'plan') child.say({ type: 'planned', id: message.id, plan: planOf(message) });
    else if (message.type === 'call') {
      const call = {
        credential: credentialOf.get(child) ?? names[0] ?? '?',
        tool: message.tool,
        args: message.args,
        ...(message.typed && { typed: Buffer.from(message.typed).toString() }),
      };
      made.push(call);
      onMade(call);
      const outcome = {
        ok: true as const,
        text: 'done',
        structured: message.args,
        account: 'ACC',
        network: 'staging' as const,
      };
      child.say({ type: 'result', id: message.id, outcome });
    }
  });
  const supervisor = createSupervisor({ launch, source: workerSource(vault), clock, log });
  let isLocked = false;
  const calls = createCalls({
    vault,
    policy,
    approvals,
    supervisor,
    // The calls use nothing else of the record.
    activity: activity as Activity,
    clock,
    log,
    assertUnlocked() {
      if (isLocked) throw lockedFailure();
    },
  });
  const session: Session = {
    id: 's1',
    registration,
    provider,
    selector,
    offers,
  };
  return {
    clock,
    log,
    vault,
    policy,
    approvals,
    supervisor,
    lines,
    failRecord: () => (isRecordFull = true),
    made,
    children,
    secrets,
    session,
    calls,
    call: (tool: string, args: JsonObject = {}, signal?: AbortSignal) =>
      calls.call(session, tool, args, signal ? { signal } : {}),
    setLocked: (locked: boolean) => void (isLocked = locked),
    /** Lets everything run that waits for nobody. */
    settle: async () => {
      for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}
export type Gateway = Awaited<ReturnType<typeof createGateway>>;
