import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Registration } from '../consent/policy.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { Entry } from '../contract/procedures.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { keyFileOf } from '../gateway/endpoint.ts';

/** The clients that may connect: their keys (a file each, which the bridge reads) and the entries they launch. */
export interface Registrations {
  /** Makes the registration and its key. Nothing of a client's own configuration is touched. */
  create(wanted: Pick<Registration, 'client' | 'name' | 'providers' | 'credentials'>): Promise<Registration>;
  /** By name, whatever the case; throws `not-found`. */
  byName(name: string): Registration;
  byId(id: string): Registration | null;
  remove(name: string): Promise<Registration>;
  keyOf(id: string): Promise<Buffer | null>;
  /** What a client is configured to launch for one provider: an absolute command, never a secret. */
  entryOf(registration: Registration, provider: string): Promise<Entry>;
}

const keyBytes = 32;

export function createRegistrations(deps: {
  home: string;
  policy: PolicyStore;
  files: DurableFiles;
  clock: Clock;
  stableRuntime: () => Promise<{ node: string; bridge: string }>;
}): Registrations {
  const { home, policy, files } = deps;
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

  return {
    async create(wanted) {
      if (find(wanted.name)) {
        throw new Failure(
          'already-exists',
          `A client called ${wanted.name} is registered already. Nothing was changed.`,
          `Unregister it first (\`chatelaine unregister ${wanted.name}\`) or choose another name.`,
        );
      }
      const registration: Registration = {
        ...wanted,
        id: randomUUID(),
        createdAt: new Date(deps.clock.now()).toISOString(),
      };
      // Key first: a kill in between leaves a key that opens nothing, and it is swept with the next removal.
      await files.write(keyFileOf(home, registration.id), randomBytes(keyBytes));
      await policy.change((current) => ({ ...current, registrations: [...current.registrations, registration] }));
      return registration;
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
      const { node, bridge } = await deps.stableRuntime();
      return {
        command: node,
        args: ['--disable-sigusr1', bridge, provider],
        env: { CHATELAINE_HOME: home, CHATELAINE_REGISTRATION: registration.id },
      };
    },
  };
}
