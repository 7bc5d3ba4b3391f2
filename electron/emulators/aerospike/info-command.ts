import type { Permission } from './privileges.ts';
import type { Place } from './session.ts';
import type { Namespace } from './store.ts';

/** One line of a request: `name`, `name/arguments` or `name:key=value;key=value`. */
export interface InfoRequest extends Place {
  name: string;
  /** All behind the first separator. */
  rest: string;
  /** A parameter's value; undefined where it is not given. */
  param(...aliases: string[]): string | undefined;
  /** A parameter's value, or the server's error for its absence. */
  required(name: string, ...aliases: string[]): string;
  /** The namespace it names, which must exist here. */
  namespace(...aliases: string[]): Namespace;
  /** Counts the request, as the newest servers do, as one of a kind that they wish to be rid of. */
  deprecated(): void;
}

export interface InfoCommand {
  answer: (request: InfoRequest) => string;
  /** Community servers refuse it with code 25. */
  isEnterprise?: true;
  /** Counted by the newest servers, which have another for it. */
  isDeprecated?: true;
  /** Unknown to servers before this build. */
  since?: string;
  permission?: Permission;
}

export type InfoCommands = Readonly<Record<string, InfoCommand>>;
