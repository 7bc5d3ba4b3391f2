import { Failure } from '../failure.ts';
import type { Machine } from './machine.ts';

/** One MCP client that Chatelaine knows. */
export type ClientDefinition = PrintedClient | ConfiguredClient;

/** The person puts the entry into the client by hand, so the registration needs a name of its own. */
interface PrintedClient {
  id: string;
  title: string;
  route: 'printed';
}

/** Chatelaine puts the entry into the client's own configuration file: strict JSON with one object of servers by name. */
export interface ConfiguredClient {
  id: string;
  title: string;
  route: 'configuration';
  /** The member of the file that holds the servers. */
  member: string;
  /** The files that an installation on this machine reads. A configuration folder counts as an installation. */
  locations(machine: Machine): Promise<Location[]>;
  /** Where `locations` looks, for a person who has none. */
  usualPlaces(machine: Machine): string[];
  /** Null where it cannot be told. */
  isRunning(machine: Machine): Promise<boolean | null>;
  /** What an administrator's policy means for the person, in one sentence; null when there is none. */
  managed(machine: Machine): Promise<string | null>;
  /** What a person does so that a change counts. */
  restart: string;
}

export interface Location {
  path: string;
  /** The kind of installation that reads it. */
  install: string;
}

export const defineClient = <Definition extends ClientDefinition>(definition: Definition): Definition => definition;

export function clientOf(clients: readonly ClientDefinition[], id: string): ClientDefinition {
  const found = clients.find((client) => client.id === id);
  if (found) return found;
  throw new Failure(
    'not-found',
    `Chatelaine does not know a client called ${JSON.stringify(id).slice(0, 60)}. Nothing was registered.`,
    `It knows: ${clients.map((client) => client.id).join(', ')}.`,
  );
}
