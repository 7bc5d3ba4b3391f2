/**
 * What the host and a worker say to each other over the worker's private IPC channel (`serialization: 'advanced'`).
 * Types only: servers/kit imports them, nothing here runs. Kinds are limited to what two V8 versions exchange safely.
 */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

/** What a tool does: look, change, or change so that it cannot be taken back or hits production. */
export type Effect = 'read' | 'write' | 'destroy';

/** What a call would do for exactly these arguments, said before it runs; consent is decided on this. */
export interface Plan {
  effect: Effect;
  /** One sentence a person understands: "Purge 3 URLs on STAGING". */
  sentence: string;
  /** Facts for the approval window; also what `run` may rely on. No secrets, ≤ 64 KiB as JSON. */
  preview: JsonObject;
  network?: 'staging' | 'production';
  /** A secret that the person types when agreeing, e.g. a new password: never in a model's arguments. Forces the question. */
  asks?: { label: string };
}

export interface WorkerError {
  /** A FailureCode of the core (core/failure.ts). */
  code: string;
  message: string;
  hint: string;
}

/** A tool's answer. `text` is short and holds the same facts as `structured`; the gateway puts the receipt before it. */
export type ToolOutcome =
  | { ok: true; text: string; structured: JsonObject; account?: string; network?: 'staging' | 'production' }
  | { ok: false; error: WorkerError; account?: string };

/** Secrets travel as bytes; both sides fill the bytes with zeros once they are passed on or kept. */
export interface CredentialMessage {
  type: 'credential';
  /** Grows with each replacement; the worker answers `accepted` with it. */
  generation: number;
  fields: JsonObject;
  secrets: Record<string, Uint8Array>;
  /** How its issuer is reached; absent: directly, trusting what the system trusts. */
  network?: Network;
}

/** The person's own settings; a worker reads no variable for either. */
export interface Network {
  /** `http://host:port` or `https://host:port`, without a name or password. */
  proxy: string | null;
  /** Further root certificates, PEM. */
  ca: string | null;
}

export type HostMessage =
  | CredentialMessage
  | { type: 'plan'; id: number; tool: string; args: JsonObject }
  /** `typed`: what the plan asked the person for; both sides wipe it. */
  | { type: 'call'; id: number; tool: string; args: JsonObject; plan: Plan | null; typed?: Uint8Array }
  | { type: 'cancel'; id: number };

export type WorkerMessage =
  | { type: 'accepted'; generation: number }
  | { type: 'planned'; id: number; plan: Plan }
  | { type: 'failed'; id: number; error: WorkerError }
  | { type: 'progress'; id: number; progress: number; total?: number; message?: string }
  | { type: 'result'; id: number; outcome: ToolOutcome }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; event: string; fields: JsonObject };
