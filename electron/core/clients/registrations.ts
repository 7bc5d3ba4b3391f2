import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Registration } from '../consent/policy.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { Entry } from '../contract/views.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { keyFileOf } from '../gateway/endpoint.ts';
import type { StableRuntime } from './stable-runtime.ts';

/** The clients that may connect: their keys (a file each, which the bridge reads) and the entries they launch. */
export interface Registrations {
  /** A registration that nothing is kept of yet: what it would launch can be shown. Rejects when the name is taken. */
  draft(wanted: Pick<Registration, 'client' | 'name' | 'providers' | 'credentials'>): Promise<Registration>;
  /** Keeps a draft and makes its key. Nothing of a client's own configuration is touched. */
  add(draft: Registration): Promise<void>;
  /** A client with a configuration of its own can have one registration: they would take each other's place in it. */
  assertOnlyOf(client: string, title: string): void;
  /** By name, whatever the case; throws `not-found`. */
  byName(name: string): Registration;
  byId(id: string): Registration | null;
  remove(name: string): Promise<Registration>;
  keyOf(id: string): Promise<Buffer | null>;
  /** What a client is configured to launch for one provider: an absolute command, never a secret. */
  entryOf(registration: Registration, provider: string): Promise<Entry>;
  /** Null when what that entry launches is there, repaired if need be; else what the person is to be told. */
  whyNotLaunchable(registration: Registration): Promise<string | null>;
  /** Removes keys that no registration has, and what killed writers left. After the policy is loaded, before it is opened. */
  sweepKeys(): Promise<void>;
  /** Makes this version's copy of the runtime whole, and removes copies that no registration launches. */
  tidyRuntimes(): Promise<void>;
}

const keyBytes = 32;

export function createRegistrations(deps: {
  home: string;
  policy: PolicyStore;
  files: DurableFiles;
  clock: Clock;
  stableRuntime: StableRuntime;
}): Registrations {
  const { home, policy, files, stableRuntime } = deps;
  const folder = join(home, 'registrations');
  const all = (): Registration[] => policy.current().registrations;
  const find = (name: string): Registration | undefined =>
    all().find((entry) => entry.name.toLowerCase() === name.toLowerCase());

  const byName = (name: string): Registration => {
    const found = find(name);
    if (found) return found;
    throw new Failure(
      'not-found',
      `No client called ${JSON.stringify(name).slice(0, 80)} is registered.`,
      '`chatelaine clients` lists them.',
    );
  };

  const refuseTaken = (name: string): void => {
    if (!find(name)) return;
    throw new Failure(
      'already-exists',
      `A client called ${name} is registered already. Nothing was changed.`,
      `Unregister it first (\`chatelaine unregister ${name}\`) or choose another name.`,
    );
  };

  async function draft(wanted: Parameters<Registrations['draft']>[0]): Promise<Registration> {
    refuseTaken(wanted.name);
    return {
      ...wanted,
      id: randomUUID(),
      createdAt: new Date(deps.clock.now()).toISOString(),
      runtime: await stableRuntime.ensure(),
    };
  }

  async function add(registration: Registration): Promise<void> {
    refuseTaken(registration.name);
    // Key first: a kill in between leaves a key that opens nothing, and the next start sweeps it.
    await files.write(keyFileOf(home, registration.id), randomBytes(keyBytes));
    await policy.change((current) => ({ ...current, registrations: [...current.registrations, registration] }));
  }

  return {
    draft,
    add,
    assertOnlyOf(client, title) {
      const known = all().find((registration) => registration.client === client);
      if (!known) return;
      throw new Failure(
        'already-exists',
        `${title} is registered already, as ${known.name}. Nothing was changed.`,
        `Change what it may use with \`chatelaine grant\`, or unregister it first: \`chatelaine unregister ${known.name}\`.`,
      );
    },
    byName,
    byId: (id) => all().find((registration) => registration.id === id) ?? null,
    async remove(name) {
      const registration = byName(name);
      await policy.change((current) => ({
        registrations: current.registrations.filter(({ id }) => id !== registration.id),
        grants: current.grants.filter(({ registrationId }) => registrationId !== registration.id),
      }));
      await files.remove(keyFileOf(home, registration.id));
      return registration;
    },
    async keyOf(id) {
      const isKnown = all().some((registration) => registration.id === id);
      return isKnown ? files.read(keyFileOf(home, id)) : null;
    },
    async entryOf(registration, provider) {
      const { node, bridge } = stableRuntime.pathsOf(registration.runtime ?? (await stableRuntime.ensure()));
      return {
        command: node,
        args: ['--disable-sigusr1', bridge, provider],
        env: { CHATELAINE_HOME: home, CHATELAINE_REGISTRATION: registration.id },
      };
    },
    async whyNotLaunchable({ name, runtime }) {
      if (await stableRuntime.isThere(runtime ?? (await stableRuntime.ensure()))) return null;
      return `The program that this client launches is gone from the data folder: ${join('runtime', runtime ?? '')}. Unregister ${name}, register it again, and give the client the new entry.`;
    },
    async sweepKeys() {
      await files.sweep(folder);
      // A list that is lost or altered may come back from a backup, and its clients then need their keys.
      if (!policy.everRegistered() || !policy.isTrusted()) return;
      const known = new Set(all().map(({ id }) => keyFileOf(home, id)));
      const keys = (await files.list(folder)).filter((name) => name.endsWith('.key')).map((name) => join(folder, name));
      for (const path of keys) if (!known.has(path)) await files.remove(path);
    },
    async tidyRuntimes() {
      await stableRuntime.ensure();
      const isListWhole = policy.isTrusted() && (all().length > 0 || !policy.everRegistered());
      if (isListWhole) await stableRuntime.sweep(all().flatMap(({ runtime }) => runtime ?? []));
    },
  };
}
