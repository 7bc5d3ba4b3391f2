import { z } from 'zod';
import { Effects, Registration, Toolsets } from '../consent/policy.ts';
import { Colour } from '../providers/colour.ts';

// What a window, the page or the command line may see. None of these has a place for a secret.

/** When a credential's secrets are due for replacement. `issuer`: the issuer said so; `policy`: its rotateEveryDays. */
export const DueView = z.object({
  state: z.enum(['overdue', 'soon', 'fine', 'unknown']),
  dueAt: z.string().nullable(),
  source: z.enum(['issuer', 'policy']).nullable(),
  /** No notification before this moment; the state is told all the same. */
  snoozedUntil: z.string().nullable(),
});
export type DueView = z.infer<typeof DueView>;

/** A credential as everybody may see it: no secret, and no id of a secret. */
export const CredentialView = z.object({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  fields: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
  emulator: z.boolean(),
  tags: z.array(z.string()),
  colour: Colour.nullable(),
  notes: z.string(),
  rotateEveryDays: z.number().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  secretsChangedAt: z.string(),
  lastTest: z
    .object({ at: z.string(), ok: z.boolean(), message: z.string(), expiresAt: z.string().nullable() })
    .nullable(),
  /** The last call that was made with it; null when the record knows of none. */
  lastUsedAt: z.string().nullable(),
  due: DueView,
});
export type CredentialView = z.infer<typeof CredentialView>;

export const SectionView = z.object({
  section: z.string(),
  line: z.number(),
  status: z.enum(['new', 'changed', 'identical', 'refused']),
  /** Names of the fields that differ; never values. */
  changes: z.array(z.string()),
  problems: z.array(z.string()),
  notes: z.array(z.string()),
});
export type SectionView = z.infer<typeof SectionView>;

export const ApprovalView = z.object({
  id: z.string(),
  client: z.string(),
  provider: z.string(),
  credential: z.string(),
  colour: Colour.nullable(),
  tool: z.string(),
  effect: z.string(),
  network: z.string().nullable(),
  sentence: z.string(),
  preview: z.record(z.string(), z.unknown()),
  args: z.record(z.string(), z.unknown()),
  /** What the person has to type along with a yes, e.g. a new password; null: nothing. */
  asks: z.string().nullable(),
  askedAt: z.string(),
  expiresAt: z.string(),
});
export type ApprovalView = z.infer<typeof ApprovalView>;

export const Entry = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type Entry = z.infer<typeof Entry>;

export const RegistrationView = Registration.extend({
  /** The client's own name, e.g. `Claude Desktop`. */
  title: z.string(),
  lastSeen: z.object({ at: z.string(), name: z.string(), version: z.string(), protocolVersion: z.string() }).nullable(),
  connected: z.boolean(),
  /** Whether the client's configuration still has our entries; `printed`: the person keeps them, we cannot look. */
  entry: z.enum(['present', 'missing', 'changed', 'unreadable', 'printed']),
});
export type RegistrationView = z.infer<typeof RegistrationView>;

/** A file that a client reads its servers from. */
export const LocationView = z.object({
  path: z.string(),
  /** The kind of installation that reads it, e.g. `Windows Store package`. */
  install: z.string(),
  state: z.enum(['missing', 'readable', 'unreadable']),
  /** Why it cannot be changed, with the line; empty otherwise. */
  problem: z.string(),
});

/** A client that Chatelaine can register itself with. */
export const KnownClientView = z.object({
  id: z.string(),
  title: z.string(),
  route: z.enum(['printed', 'configuration']),
  installed: z.boolean(),
  /** Null where it cannot be told. A running client reads its configuration only when it starts. */
  running: z.boolean().nullable(),
  /** What an administrator's policy says about local servers; null when there is none. */
  managed: z.string().nullable(),
  locations: z.array(LocationView),
});
export type KnownClientView = z.infer<typeof KnownClientView>;

/** The exact change of one file, as it will be written. */
export const FileChange = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FileChange = z.infer<typeof FileChange>;

export const GrantView = z.object({
  client: z.string(),
  provider: z.string(),
  /** Null: what holds for every credential of the provider that has no grant of its own. */
  credential: z.string().nullable(),
  effects: Effects,
  toolsets: Toolsets,
});
export type GrantView = z.infer<typeof GrantView>;

export const WorkerView = z.object({
  credential: z.string(),
  provider: z.string(),
  state: z.string(),
  pid: z.number().nullable(),
  calls: z.number(),
  inFlight: z.number(),
  restarts: z.number(),
  lastError: z.string().nullable(),
  /** Resident memory; null when it does not run or the system does not tell. */
  memoryBytes: z.number().nullable(),
  startedAt: z.string().nullable(),
});
export type WorkerView = z.infer<typeof WorkerView>;

export const ActivityLine = z.looseObject({ seq: z.number(), at: z.string(), kind: z.string() });
export type ActivityLine = z.infer<typeof ActivityLine>;

export const HostView = z.object({
  version: z.string(),
  pid: z.number(),
  home: z.string(),
  vault: z.string(),
  locked: z.boolean(),
  demo: z.boolean(),
  startedAt: z.string(),
  platform: z.string(),
  /** Whether this host has a desktop: native windows, notifications and a clipboard. */
  desktop: z.boolean(),
  onDemand: z.boolean(),
  /** Whether a passphrase is set; a file vault always has one. Null while a keychain is locked and cannot be asked. */
  hasPassphrase: z.boolean().nullable(),
  /** What a window has to bring for what needs a person: nothing but the click, the passphrase, or the system asks itself. */
  confirmsBy: z.enum(['click', 'passphrase', 'system']),
  unlocksBy: z.enum(['click', 'passphrase', 'system']),
});
export type HostView = z.infer<typeof HostView>;

export const Check = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  message: z.string(),
  hint: z.string(),
});
export type Check = z.infer<typeof Check>;

export const FieldView = z.object({
  key: z.string(),
  label: z.string(),
  secret: z.boolean(),
  required: z.boolean(),
  directs: z.boolean(),
  multiline: z.boolean(),
  group: z.string().nullable(),
  choices: z.array(z.string()).nullable(),
  help: z.string(),
  placeholder: z.string(),
});
export type FieldView = z.infer<typeof FieldView>;

/** What a form and a grant need to know of a provider. */
export const ProviderView = z.object({
  id: z.string(),
  title: z.string(),
  selector: z.string(),
  fields: z.array(FieldView),
  toolsets: z.array(z.string()),
  tools: z.array(z.object({ name: z.string(), title: z.string(), effect: z.string(), toolset: z.string() })),
});
export type ProviderView = z.infer<typeof ProviderView>;
