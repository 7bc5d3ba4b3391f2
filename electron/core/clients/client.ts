import { Failure } from '../failure.ts';

/** One MCP client that Chatelaine knows. How its configuration is found and changed comes beside it, as functions. */
export interface ClientDefinition {
  id: string;
  title: string;
  /** `printed`: the person puts the entry into the client by hand, so the registration needs a name of its own. */
  route: 'printed';
}

export const defineClient = (definition: ClientDefinition): ClientDefinition => definition;

export function clientOf(clients: readonly ClientDefinition[], id: string): ClientDefinition {
  const found = clients.find((client) => client.id === id);
  if (found) return found;
  throw new Failure(
    'not-found',
    `Chatelaine does not know a client called ${JSON.stringify(id).slice(0, 60)}. Nothing was registered.`,
    `It knows: ${clients.map((client) => client.id).join(', ')}.`,
  );
}
