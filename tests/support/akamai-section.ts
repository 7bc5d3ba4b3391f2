import {
  startAkamaiEmulator,
  type AkamaiEmulator,
  type EmulatedSection,
} from '../../electron/emulators/akamai/emulator.ts';
import type { Seed } from '../../electron/emulators/akamai/model.ts';
import { crowdSeed } from '../../electron/emulators/akamai/seed.ts';
import type { JsonObject, Network, Plan, ToolOutcome } from '../../electron/core/workers/protocol.ts';
import type { ApiTuning } from '../../electron/servers/akamai/api/client.ts';
import { connectAkamai, type AkamaiServices } from '../../electron/servers/akamai/services.ts';
import { akamaiTools } from '../../electron/servers/akamai/tools/index.ts';
import type { Tool, ToolContext } from '../../electron/servers/kit/define-tool.ts';
import { reportError } from '../../electron/servers/kit/tool-error.ts';

/** The message a host would send for a section, as `connect` of the worker takes it. */
export const messageFor = ({ host, accountSwitchKey, ...secrets }: Omit<EmulatedSection, 'name'>) => ({
  fields: { host, ...(accountSwitchKey === undefined ? {} : { accountSwitchKey }) },
  secrets: {
    clientToken: Buffer.from(secrets.clientToken),
    clientSecret: Buffer.from(secrets.clientSecret),
    accessToken: Buffer.from(secrets.accessToken),
  },
});

export const toolNamed = (name: string): Tool<AkamaiServices> => {
  const tool = akamaiTools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool;
};

export const contextWith = (members: Partial<ToolContext> = {}): ToolContext => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  plan: null,
  typed: null,
  ...members,
});

/** One customer as a test drives it: tools by name, everything shown kept for the search for canaries. */
export interface Customer {
  section: EmulatedSection;
  services: AkamaiServices;
  call(tool: string, args?: JsonObject, context?: Partial<ToolContext>): Promise<ToolOutcome>;
  plan(tool: string, args: JsonObject): Promise<Plan>;
  /** Everything that a client or a log saw. */
  shown: string[];
}

export function customerOf(
  section: EmulatedSection,
  tuning: ApiTuning = { retryBaseMs: 1 },
  network?: Network,
): Customer {
  const services = connectAkamai({ ...messageFor(section), ...(network && { network }) }, tuning);
  const shown: string[] = [];
  const log = (...event: unknown[]): void => void shown.push(JSON.stringify(event));
  return {
    section,
    services,
    shown,
    async call(name, args = {}, context = {}) {
      const outcome = await toolNamed(name)
        .call(args, services, contextWith({ progress: (...said) => log(...said), ...context }))
        .catch((error: unknown): ToolOutcome => ({ ok: false, error: reportError(error, log) }));
      shown.push(JSON.stringify(outcome));
      return outcome;
    },
    async plan(name, args) {
      const plan = await toolNamed(name).plan(args, services, contextWith());
      shown.push(JSON.stringify(plan));
      return plan;
    },
  };
}

/** Starts an emulator with customers; `close` ends both and fails when anything shown held a secret of anyone. */
export async function emulated(
  options: { seed?: Seed; tuning?: ApiTuning } = {},
): Promise<{ emulator: AkamaiEmulator; customers: [Customer, ...Customer[]]; close: () => Promise<void> }> {
  const emulator = await startAkamaiEmulator({ seed: options.seed ?? crowdSeed(2) });
  const [first, ...rest] = emulator.credentials.map((section) => customerOf(section, options.tuning));
  if (!first) throw new Error('an emulator without customers');
  const customers: [Customer, ...Customer[]] = [first, ...rest];
  return {
    emulator,
    customers,
    async close() {
      for (const { services } of customers) services.close();
      await emulator.close();
      const shown = customers.flatMap((customer) => customer.shown).join('\n');
      const found = secretsOf(emulator).filter((secret) => shown.includes(secret));
      if (found.length > 0) throw new Error(`${found.length} secrets were shown: ${found[0]?.slice(0, 12)}…`);
    },
  };
}

/** Every value that must never be shown, and the two encodings in which it would most likely slip through. */
export const secretsOf = ({ clients }: AkamaiEmulator): string[] =>
  clients
    .flatMap(({ accessToken, credentials, home, others }) => [
      accessToken,
      ...credentials.flatMap(({ clientToken, clientSecret }) => [clientToken, clientSecret]),
      ...[home, ...Object.values(others)].flatMap(({ zones }) => zones.flatMap(({ tsigSecret }) => tsigSecret ?? [])),
    ])
    .flatMap((secret) => [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]);
