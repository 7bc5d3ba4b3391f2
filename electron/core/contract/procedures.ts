import { z } from 'zod';
import { Decision, Toolsets } from '../consent/policy.ts';
import { isSeen } from '../providers/entry-fields.ts';
import { Settings, SettingsChange } from '../settings-schema.ts';
import {
  ActivityLine,
  ApprovalView,
  Check,
  CredentialView,
  DueView,
  Entry,
  FileChange,
  GrantView,
  HostView,
  KnownClientView,
  ProviderView,
  RegistrationView,
  SectionView,
  WorkerView,
} from './views.ts';

/**
 * One thing that a window, the page or the command line may ask. Unknown keys of input and output are dropped.
 * `only` shuts the other transports out: what answers with secrets goes to the one place that needs it.
 */
const procedure = <Input extends z.ZodType, Output extends z.ZodType>(definition: {
  input: Input;
  output: Output;
  only?: readonly Transport[];
}) => definition;

/** `control`: the command line; `http`: the page on loopback; `ipc`: a window of the desktop app. */
export type Transport = 'control' | 'http' | 'ipc';

const nothing = z.object({});
const Name = z.string().min(1).max(200);
/** An .edgerc file: where it is, or what a window read from the file that a person chose. */
const ImportSource = z.union([z.object({ path: z.string() }), z.object({ text: z.string().max(1 << 20) })]);
/** What a client shall be given. */
const Wanted = z.object({
  client: z.string(),
  /** It stands on the head of approvals, so it may not look like another one. */
  name: Name.refine(isSeen, 'must not contain control, invisible or direction-changing characters').optional(),
  providers: z.array(z.string()).default([]),
  credentials: z.union([z.literal('all'), z.array(Name)]).default('all'),
});

export const procedures = {
  'host.status': procedure({ input: nothing, output: HostView }),
  'host.lock': procedure({ input: nothing, output: HostView }),
  'host.unlock': procedure({ input: nothing, output: HostView }),
  'host.stop': procedure({ input: nothing, output: z.object({ stopping: z.literal(true) }) }),
  'host.doctor': procedure({ input: nothing, output: z.object({ checks: z.array(Check) }) }),
  'host.setPassphrase': procedure({ input: z.object({ next: z.string() }), output: nothing }),
  /** Somebody touched the page; a headless host has no other sign that a person is there. */
  'host.touched': procedure({ input: nothing, output: nothing }),
  /** A new one-time address of the page; only where a passphrase is set, since elsewhere who has the page may approve. */
  'host.openPage': procedure({ input: nothing, output: z.object({ url: z.string() }), only: ['control'] }),
  /** Writes a probe into the vault's store, reads it back and deletes it: the proof that secrets can be kept. */
  'host.proveVault': procedure({
    input: nothing,
    output: z.object({ ok: z.boolean(), store: z.string(), message: z.string(), hint: z.string(), tookMs: z.number() }),
  }),

  'credentials.list': procedure({ input: nothing, output: z.array(CredentialView) }),
  'credentials.show': procedure({ input: z.object({ name: Name }), output: CredentialView }),
  'credentials.add': procedure({
    input: z.object({ provider: z.string(), draft: z.record(z.string(), z.unknown()) }),
    output: z.object({ credential: CredentialView, warnings: z.array(z.string()) }),
  }),
  'credentials.edit': procedure({
    input: z.object({ name: Name, changes: z.record(z.string(), z.unknown()) }),
    output: z.object({ credential: CredentialView, warnings: z.array(z.string()) }),
  }),
  'credentials.remove': procedure({ input: z.object({ name: Name }), output: CredentialView }),
  'credentials.test': procedure({
    input: z.object({ name: Name }),
    output: z.object({
      name: z.string(),
      ok: z.boolean(),
      message: z.string(),
      hint: z.string(),
      facts: z.record(z.string(), z.unknown()),
    }),
  }),
  /** Puts back what was removed a moment ago, while that can still be undone. */
  'credentials.restore': procedure({ input: z.object({ id: z.string() }), output: CredentialView }),
  /**
   * Replaces secrets by ones that were made by hand at the issuer: the new ones are tested first, and only when the issuer
   * takes them are they stored and handed to the workers in use. `ok: false`: nothing was changed.
   */
  'credentials.replace': procedure({
    input: z.object({ name: Name, secrets: z.record(z.string(), z.string()) }),
    output: z.object({ ok: z.boolean(), message: z.string(), hint: z.string(), credential: CredentialView }),
  }),
  /** One secret in clear for 30 s, after the person's proof. */
  'credentials.reveal': procedure({
    input: z.object({ name: Name, field: z.string() }),
    output: z.object({ value: z.string(), hideAfterMs: z.number() }),
    only: ['http', 'ipc'],
  }),
  /** Puts one secret into the clipboard, after the person's proof, and takes it out again after 30 s. It never reaches the window. */
  'credentials.copy': procedure({
    input: z.object({ name: Name, field: z.string() }),
    output: z.object({ clearAfterMs: z.number() }),
    only: ['ipc'],
  }),
  /** Calls a day over the last days, oldest first, in the host's time zone. */
  'credentials.usage': procedure({
    input: z.object({ name: Name, days: z.number().int().min(1).max(90).default(14) }),
    output: z.object({ days: z.array(z.object({ day: z.string(), calls: z.number(), failed: z.number() })) }),
  }),
  /** The .edgerc where Akamai's own tools keep it, if there is one with sections that are not stored yet. */
  'credentials.findEdgerc': procedure({
    input: nothing,
    output: z.object({ path: z.string().nullable(), sections: z.array(SectionView) }),
  }),
  'credentials.previewImport': procedure({
    input: ImportSource,
    output: z.object({ sections: z.array(SectionView), warnings: z.array(z.string()) }),
  }),
  'credentials.import': procedure({
    input: ImportSource.and(z.object({ sections: z.union([z.literal('all'), z.array(z.string())]) })),
    output: z.object({
      sections: z.array(SectionView),
      imported: z.array(z.string()),
      warnings: z.array(z.string()),
      /** The clear-text file as it was read: pass both to `removeImported` to delete it if it is still the same. */
      file: z.object({ path: z.string(), sha256: z.string() }).nullable(),
    }),
  }),
  'credentials.removeImported': procedure({
    input: z.object({ path: z.string(), sha256: z.string() }),
    output: nothing,
  }),
  /** Answers with secrets, so only after the person's proof. */
  'credentials.export': procedure({
    input: z.object({ name: Name }),
    output: z.object({ edgerc: z.string() }),
    only: ['control'],
  }),
  /** Answers with secrets, so only after the person's proof: the environment for the one command of `exec`. */
  'credentials.environment': procedure({
    input: z.object({ provider: z.string(), name: Name, command: z.string() }),
    output: z.object({ environment: z.record(z.string(), z.string()) }),
    only: ['control'],
  }),

  'clients.list': procedure({ input: nothing, output: z.array(RegistrationView) }),
  /** The clients that Chatelaine knows how to register itself with, and what of them is on this machine. */
  'clients.known': procedure({ input: nothing, output: z.array(KnownClientView) }),
  /** What `register` would change, to the byte. `register` with this `prepared` writes exactly this, or refuses. */
  'clients.prepare': procedure({
    input: Wanted,
    output: z.object({
      prepared: z.string(),
      name: z.string(),
      changes: z.array(FileChange),
      entries: z.array(Entry.extend({ provider: z.string() })),
      warnings: z.array(z.string()),
    }),
  }),
  'clients.register': procedure({
    input: Wanted.extend({ prepared: z.string().optional() }),
    output: z.object({
      name: z.string(),
      entries: z.array(Entry.extend({ provider: z.string() })),
      /** The files that were changed, and the copy that was made of each before; null where there was no file. */
      changed: z.array(z.object({ path: z.string(), backup: z.string().nullable() })),
      warnings: z.array(z.string()),
    }),
  }),
  /** Writes the entries again that a client's configuration has lost. */
  'clients.repair': procedure({
    input: z.object({ client: Name }),
    output: z.object({
      name: z.string(),
      changed: z.array(z.object({ path: z.string(), backup: z.string().nullable() })),
    }),
  }),
  /** What undoing a registration would change in the client's files. */
  'clients.prepareUndo': procedure({
    input: z.object({ client: Name }),
    output: z.object({ name: z.string(), changes: z.array(FileChange) }),
  }),
  'clients.unregister': procedure({
    input: z.object({ client: Name }),
    output: z.object({ name: z.string(), changed: z.array(z.string()), warnings: z.array(z.string()) }),
  }),
  'clients.verify': procedure({
    input: z.object({ client: Name }),
    output: z.object({
      name: z.string(),
      providers: z.array(
        z.object({
          provider: z.string(),
          ok: z.boolean(),
          message: z.string(),
          protocolVersion: z.string().nullable(),
          tools: z.number(),
        }),
      ),
      lastSeen: RegistrationView.shape.lastSeen,
    }),
  }),

  'grants.list': procedure({ input: nothing, output: z.array(GrantView) }),
  'grants.set': procedure({
    input: z.object({
      client: Name,
      provider: z.string(),
      credential: Name.nullable(),
      effects: z.object({ read: Decision, write: Decision, destroy: Decision }).partial(),
      toolsets: Toolsets.optional(),
    }),
    output: GrantView,
  }),

  'approvals.list': procedure({ input: nothing, output: z.array(ApprovalView) }),
  'approvals.approve': procedure({
    input: z.object({
      id: z.string(),
      scope: z.enum(['once', 'session', '15m']),
      /** The secret that the question asks for. */
      typed: z.string().max(1024).optional(),
    }),
    output: ApprovalView,
  }),
  'approvals.deny': procedure({ input: z.object({ id: z.string() }), output: ApprovalView }),

  'activity.list': procedure({
    input: z.object({ after: z.number().int().optional(), limit: z.number().int().min(1).max(1000).optional() }),
    output: z.array(ActivityLine),
  }),
  /** The record from its end backwards, newest first, filtered; `before` of the next page is null at its beginning. */
  'activity.page': procedure({
    input: z.object({
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(1000).default(200),
      kind: z.string().optional(),
      client: z.string().optional(),
      credential: z.string().optional(),
      /** Any line that has this text in one of its values, whatever the case. */
      text: z.string().max(200).optional(),
    }),
    output: z.object({ lines: z.array(ActivityLine), before: z.number().nullable() }),
  }),
  'activity.verify': procedure({
    input: nothing,
    output: z.object({
      ok: z.boolean(),
      lines: z.number(),
      message: z.string(),
      firstBad: z.object({ file: z.string(), line: z.number() }).nullable(),
    }),
  }),

  'workers.list': procedure({ input: nothing, output: z.array(WorkerView) }),
  'workers.stop': procedure({ input: z.object({ credential: Name }), output: nothing }),

  'reminders.list': procedure({
    input: nothing,
    output: z.array(DueView.extend({ name: z.string(), provider: z.string() })),
  }),
  /** No notification about this credential for so many days; 0 ends that. */
  'reminders.snooze': procedure({
    input: z.object({ name: Name, days: z.number().int().min(0).max(90) }),
    output: DueView,
  }),

  'settings.get': procedure({ input: nothing, output: Settings }),
  'settings.set': procedure({ input: SettingsChange, output: Settings }),

  'providers.list': procedure({ input: nothing, output: z.array(ProviderView) }),
} as const;

export type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
export type Input<Name extends ProcedureName> = z.input<Procedures[Name]['input']>;
export type Output<Name extends ProcedureName> = z.output<Procedures[Name]['output']>;

/** Keys of the one event: what may have changed. It carries no data; whoever listens asks again. */
export type ChangeKey =
  'host' | 'credentials' | 'clients' | 'grants' | 'approvals' | 'activity' | 'workers' | 'reminders' | 'settings';
