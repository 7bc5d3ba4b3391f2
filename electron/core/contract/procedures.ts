import { z } from 'zod';
import { Decision, Effects, Registration, Toolsets } from '../consent/policy.ts';

/** One thing that a window, the page or the command line may ask. Unknown keys of input and output are dropped. */
const procedure = <Input extends z.ZodType, Output extends z.ZodType>(definition: { input: Input; output: Output }) =>
  definition;

const nothing = z.object({});
const Name = z.string().min(1).max(200);

/** A credential as everybody may see it: no secret, and no id of a secret. */
export const CredentialView = z.object({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  fields: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
  emulator: z.boolean(),
  tags: z.array(z.string()),
  notes: z.string(),
  rotateEveryDays: z.number().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  secretsChangedAt: z.string(),
  lastTest: z
    .object({ at: z.string(), ok: z.boolean(), message: z.string(), expiresAt: z.string().nullable() })
    .nullable(),
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

export const ApprovalView = z.object({
  id: z.string(),
  client: z.string(),
  provider: z.string(),
  credential: z.string(),
  tool: z.string(),
  effect: z.string(),
  network: z.string().nullable(),
  sentence: z.string(),
  preview: z.record(z.string(), z.unknown()),
  args: z.record(z.string(), z.unknown()),
  askedAt: z.string(),
  expiresAt: z.string(),
});

export const RegistrationView = Registration.extend({
  lastSeen: z.object({ at: z.string(), name: z.string(), version: z.string(), protocolVersion: z.string() }).nullable(),
  connected: z.boolean(),
});

export const Entry = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type Entry = z.infer<typeof Entry>;

export const GrantView = z.object({
  client: z.string(),
  provider: z.string(),
  /** Null: what holds for every credential of the provider that has no grant of its own. */
  credential: z.string().nullable(),
  effects: Effects,
  toolsets: Toolsets,
});

export const WorkerView = z.object({
  credential: z.string(),
  provider: z.string(),
  state: z.string(),
  pid: z.number().nullable(),
  calls: z.number(),
  inFlight: z.number(),
  restarts: z.number(),
  lastError: z.string().nullable(),
});

export const ActivityLine = z.looseObject({ seq: z.number(), at: z.string(), kind: z.string() });

export const HostView = z.object({
  version: z.string(),
  pid: z.number(),
  home: z.string(),
  vault: z.string(),
  locked: z.boolean(),
  demo: z.boolean(),
  startedAt: z.string(),
});

export const Check = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  message: z.string(),
  hint: z.string(),
});
export type Check = z.infer<typeof Check>;

export const procedures = {
  'host.status': procedure({ input: nothing, output: HostView }),
  'host.lock': procedure({ input: nothing, output: HostView }),
  'host.unlock': procedure({ input: nothing, output: HostView }),
  'host.stop': procedure({ input: nothing, output: z.object({ stopping: z.literal(true) }) }),
  'host.doctor': procedure({ input: nothing, output: z.object({ checks: z.array(Check) }) }),
  'host.setPassphrase': procedure({ input: z.object({ next: z.string() }), output: nothing }),

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
  'credentials.previewImport': procedure({
    input: z.object({ path: z.string() }),
    output: z.object({ sections: z.array(SectionView), warnings: z.array(z.string()) }),
  }),
  'credentials.import': procedure({
    input: z.object({ path: z.string(), sections: z.union([z.literal('all'), z.array(z.string())]) }),
    output: z.object({
      sections: z.array(SectionView),
      imported: z.array(z.string()),
      warnings: z.array(z.string()),
      /** The clear-text file as it was read: pass both to `removeImported` to delete it if it is still the same. */
      file: z.object({ path: z.string(), sha256: z.string() }),
    }),
  }),
  'credentials.removeImported': procedure({
    input: z.object({ path: z.string(), sha256: z.string() }),
    output: nothing,
  }),
  /** Answers with secrets, so only after the person's proof. */
  'credentials.export': procedure({ input: z.object({ name: Name }), output: z.object({ edgerc: z.string() }) }),
  /** Answers with secrets, so only after the person's proof: the environment for the one command of `exec`. */
  'credentials.environment': procedure({
    input: z.object({ provider: z.string(), name: Name, command: z.string() }),
    output: z.object({ environment: z.record(z.string(), z.string()) }),
  }),

  'clients.list': procedure({ input: nothing, output: z.array(RegistrationView) }),
  'clients.register': procedure({
    input: z.object({
      client: z.string(),
      name: Name.optional(),
      providers: z.array(z.string()).default([]),
      credentials: z.union([z.literal('all'), z.array(Name)]).default('all'),
    }),
    output: z.object({
      name: z.string(),
      entries: z.array(Entry.extend({ provider: z.string() })),
      warnings: z.array(z.string()),
    }),
  }),
  'clients.unregister': procedure({ input: z.object({ client: Name }), output: z.object({ name: z.string() }) }),
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
    input: z.object({ id: z.string(), scope: z.enum(['once', 'session', '15m']) }),
    output: ApprovalView,
  }),
  'approvals.deny': procedure({ input: z.object({ id: z.string() }), output: ApprovalView }),

  'activity.list': procedure({
    input: z.object({ after: z.number().int().optional(), limit: z.number().int().min(1).max(1000).optional() }),
    output: z.array(ActivityLine),
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
} as const;

export type Procedures = typeof procedures;
export type ProcedureName = keyof Procedures;
export type Input<Name extends ProcedureName> = z.input<Procedures[Name]['input']>;
export type Output<Name extends ProcedureName> = z.output<Procedures[Name]['output']>;

/** Keys of the one event: what may have changed. It carries no data; whoever listens asks again. */
export type ChangeKey = 'host' | 'credentials' | 'clients' | 'grants' | 'approvals' | 'activity' | 'workers';
