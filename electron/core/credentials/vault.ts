import { randomUUID } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import { nameKey, shown } from '../providers/entry-fields.ts';
import { providerOf } from '../providers/index.ts';
import type { Draft } from '../providers/provider.ts';
import { createIndexFile } from './index-file.ts';
import { mergeInput } from './merge-input.ts';
import { nearest } from './nearest.ts';
import type { CredentialRecord, CredentialTest } from './record.ts';
import type { SecretFields } from './secret.ts';
import { revealAll, targetOf, unpackSecrets } from './secret-item.ts';
import type { SecretStore } from './secret-store.ts';
import { sortIndex, type SortedIndex } from './sorted-index.ts';
import { editedMeanwhile, redirected, tooLate } from './vault-failures.ts';
import { createVaultJournal, type VaultJournal } from './vault-journal.ts';

/** What a change stored, and what looked odd about it (no values). */
interface Stored {
  record: CredentialRecord;
  warnings: string[];
}

/** The credentials: their index (a file) and their secrets (the store). Changes run one after the other. */
export interface Vault {
  /** Reads the index; to be called first. Needs no open store. Rejects with `damaged` or `newer-format`. */
  load(): Promise<void>;
  /** Deletes what killed or failed changes left in the store; to be called whenever the store was opened. */
  recover(): Promise<void>;
  /** All credentials by name; the same frozen array until something changes. Never touches the store. */
  list(): readonly CredentialRecord[];
  /** Whatever the case; throws `not-found` with the nearest names. */
  byName(name: string): CredentialRecord;
  byId(id: string): CredentialRecord;
  /** Checks and stores; `input` is what docs/cli.md gives for `add`. Rejects with `invalid-input`, `already-exists`. */
  add(providerId: string, input: unknown): Promise<Stored>;
  /**
   * Changes the fields that `input` has; see `mergeInput` for what '' and null do. With `onlyIf`, rejects with `changed` when
   * secrets or target are no longer those of that record.
   */
  edit(name: string, input: unknown, onlyIf?: CredentialRecord): Promise<Stored>;
  /** Its secrets stay for `undoMs`, so that `restore` can put it back; a stop or a kill ends that. */
  remove(name: string): Promise<CredentialRecord>;
  /** Rejects with `not-found` when the time for it is over, `already-exists` when its name was given away meanwhile. */
  restore(id: string): Promise<CredentialRecord>;
  /** Rejects with `secret-missing` when the store is open and does not have them. */
  secretsOf(id: string): Promise<SecretFields>;
  /** Keeps what a test told about a credential. */
  note(tested: CredentialRecord, facts: { lastTest: CredentialTest }): Promise<void>;
  /** Called after each change that `list` shows; the returned function stops that. */
  onChange(listener: () => void): () => void;
  /** Resolves when the changes under way are done. */
  stop(): Promise<void>;
}

export const createVault = (deps: {
  home: string;
  store: SecretStore;
  files: DurableFiles;
  clock: Clock;
  log: Log;
}): Vault => {
  const { store, clock, log } = deps;
  const inTurn = oneAtATime();
  const listeners = new Set<() => void>();
  const journal = createVaultJournal({ indexFile: createIndexFile(deps), store });
  const credentials = (): readonly CredentialRecord[] => journal.index().credentials;
  let sorted = sortIndex([]);
  /** Sorted once per change, since every call looks something up. */
  const known = (): SortedIndex => {
    if (sorted.of !== credentials()) sorted = sortIndex(credentials());
    return sorted;
  };
  const announce = (): void => listeners.forEach((listener) => listener());
  const removed = new Map<string, CredentialRecord>();
  const collect = (): Promise<void> =>
    journal.collect(new Set(Array.from(removed.values(), ({ secretId }) => secretId)));
  let cancelForgetting = (): void => undefined;
  const forgetRemoved = (): Promise<void> =>
    inTurn(async () => {
      if (removed.size === 0) return;
      removed.clear();
      await collect();
    }).catch((error: unknown) => void log.error('vault-collect-failed', error));

  const commit: VaultJournal['commit'] = async (secrets, target, replaced, change) => {
    await journal.commit(secrets, target, replaced, change);
    announce();
    // The change is done; what is left over waits for `recover`.
    await collect().catch((error: unknown) => log.error('vault-collect-failed', error));
  };

  const byName = (name: string): CredentialRecord => {
    const found = known().byKey.get(nameKey(name));
    if (found !== undefined) return found;
    const names = nearest(
      name,
      credentials().map((record) => record.name),
    ).map((near) => `“${near}”`);
    const hint = names.length > 0 ? `Did you mean ${names.join(' or ')}?` : '`chatelaine list` shows all names.';
    throw new Failure('not-found', `There is no credential “${shown(name)}”.`, hint);
  };

  const byId = (id: string): CredentialRecord => {
    const found = known().byId.get(id);
    if (found !== undefined) return found;
    throw new Failure('not-found', 'This credential is no longer there.', '`chatelaine list` shows all credentials.');
  };

  const refuseTaken = (name: string, besides: string | null): void => {
    const taken = known().byKey.get(nameKey(name));
    if (taken === undefined || taken.id === besides) return;
    const message = `There is already a credential “${taken.name}” (${providerOf(taken.provider).title}). Nothing was stored.`;
    throw new Failure('already-exists', message, 'Choose another name, or edit that credential.');
  };

  const secretsOf = async (record: CredentialRecord): Promise<SecretFields> => {
    if (record.secretId === null) return {};
    const item = await store.get(record.secretId);
    if (item !== null) {
      const { secrets, target } = unpackSecrets(item);
      if (target === null || target === targetOf(record)) return secrets;
      throw redirected(record.name);
    }
    const message = `The secrets of “${record.name}” are no longer in the ${store.kind === 'file' ? 'vault file' : store.kind}.`;
    throw new Failure('secret-missing', message, 'Enter them again by editing the credential, or remove it.');
  };

  const fromDraft = (draft: Draft, secretId: string | null) => ({
    name: draft.name,
    fields: draft.fields,
    secretKeys: Object.keys(draft.secrets),
    secretId,
    emulator: draft.emulator,
    tags: draft.tags,
    colour: draft.colour,
    notes: draft.notes,
    rotateEveryDays: draft.rotateEveryDays,
    updatedAt: isoNow(clock),
  });

  return {
    load: () => inTurn(() => journal.load()),

    recover: () => inTurn(collect),

    list: () => known().list,

    byName,
    byId,

    add: (providerId, input) =>
      inTurn(async () => {
        const draft = providerOf(providerId).parse(input);
        refuseTaken(draft.name, null);
        const now = isoNow(clock);
        const id = randomUUID();
        const dates = { createdAt: now, secretsChangedAt: now, lastTest: null };
        const target = targetOf({ ...draft, provider: providerId });
        await commit(draft.secrets, target, null, (secretId, records) => [
          ...records,
          { id, provider: providerId, ...fromDraft(draft, secretId), ...dates },
        ]);
        return { record: byId(id), warnings: draft.warnings };
      }),

    edit: (name, input, onlyIf) =>
      inTurn(async () => {
        const old = byName(name);
        if (onlyIf && !isSameStored(old, onlyIf)) throw editedMeanwhile(old.name);
        const provider = providerOf(old.provider);
        // Secrets that are gone can be typed anew; a locked store is another matter.
        const secrets = await secretsOf(old).catch((error: unknown) => {
          if (error instanceof Failure && ['secret-missing', 'damaged'].includes(error.code)) return null;
          throw error;
        });
        const draft = provider.parse(mergeInput(provider, old, secrets ?? {}, asObject(input)));
        refuseTaken(draft.name, old.id);
        const isSameSecret = secrets !== null && haveSameTexts(revealAll(secrets), draft.secrets);
        const isSameTarget = JSON.stringify(draft.fields) === JSON.stringify(old.fields);
        const now = isoNow(clock);
        // Secrets are bound to their target, so another target is another item.
        const keepsItem = isSameSecret && isSameTarget;
        const target = targetOf({ ...draft, provider: old.provider });
        await commit(keepsItem ? {} : draft.secrets, target, keepsItem ? null : old.secretId, (secretId, records) =>
          records.map((record) =>
            record.id !== old.id
              ? record
              : keepsItem
                ? { ...record, ...fromDraft(draft, record.secretId) }
                : {
                    ...record,
                    ...fromDraft(draft, secretId),
                    ...(isSameSecret ? {} : { secretsChangedAt: now }),
                    lastTest: null,
                  },
          ),
        );
        return { record: byId(old.id), warnings: draft.warnings };
      }),

    remove: (name) =>
      inTurn(async () => {
        const old = byName(name);
        removed.set(old.id, old);
        await commit({}, '', old.secretId, (_, records) => records.filter(({ id }) => id !== old.id)).catch(
          (error: unknown) => {
            removed.delete(old.id);
            throw error;
          },
        );
        // Of several that are removed one after the other, the last one's time counts for all.
        cancelForgetting();
        cancelForgetting = clock.after(undoMs, () => void forgetRemoved());
        return old;
      }),

    restore: (id) =>
      inTurn(async () => {
        const old = removed.get(id);
        if (!old) throw tooLate();
        refuseTaken(old.name, null);
        await journal.replace((records) => [...records, old]);
        removed.delete(id);
        announce();
        await collect().catch((error: unknown) => log.error('vault-collect-failed', error));
        return old;
      }),

    secretsOf: (id) => inTurn(async () => secretsOf(byId(id))),

    note: (tested, { lastTest }) =>
      inTurn(async () => {
        const { id } = tested;
        // What was tested may be edited by now, and then this says nothing of what is stored.
        if (!isSameStored(byId(id), tested)) return;
        await journal.replace((records) =>
          records.map((record) => (record.id === id ? { ...record, lastTest } : record)),
        );
        announce();
      }),

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    stop() {
      cancelForgetting();
      return forgetRemoved();
    },
  };
};

/** A person has 10 s for a removal that was a slip; a little more, since the click has to get here. */
const undoMs = 12_000;

/** Whether these are the same secrets for the same host and account. */
const isSameStored = (one: CredentialRecord, other: CredentialRecord): boolean =>
  one.id === other.id && one.secretId === other.secretId && targetOf(one) === targetOf(other);

const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();

const asObject = (input: unknown): Record<string, unknown> => {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  throw new Failure(
    'invalid-input',
    'An edit is one object with the fields to change. Nothing was stored.',
    'See `chatelaine edit`.',
  );
};

const haveSameTexts = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, text]) => other[key] === text);
