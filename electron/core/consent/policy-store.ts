import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { Secret } from '../credentials/secret.ts';
import type { SecretStore } from '../credentials/secret-store.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import type { Log } from '../log.ts';
import { Policy, emptyPolicy } from './policy.ts';

/**
 * Registrations and grants on disk. The file carries a MAC with a key from the secret store, so that editing it past
 * the person's proof shows; what does not verify, or cannot be read at all, counts for nothing until a person registers
 * or grants again.
 */
export interface PolicyStore {
  load(): Promise<void>;
  /** Called once the secret store is open: from here on the policy counts. */
  open(): Promise<void>;
  close(): void;
  current(): Policy;
  change(edit: (policy: Policy) => Policy): Promise<void>;
  /** False when the file was altered outside Chatelaine and nothing in it counts. */
  isTrusted(): boolean;
  /** A keychain opens for anybody, so that a person locked must outlive the process. */
  isLockedByPerson(): boolean;
  setLockedByPerson(locked: boolean): Promise<void>;
  /** Whether a client was ever registered in this data folder, also one that is gone again. */
  everRegistered(): boolean;
  /**
   * Whether the desktop app ever served this data folder: then its window is where a person answers, and a page that some
   * program opened by starting a host of its own does not stand for one.
   */
  answeredInWindow(): boolean;
  rememberWindow(): Promise<void>;
}

const Document = z.object({
  schema: z.literal(1),
  everRegistered: z.boolean(),
  lockedByPerson: z.boolean(),
  answeredInWindow: z.literal(true).optional(),
  policy: Policy,
  mac: z.string(),
});
type Document = z.infer<typeof Document>;

const keyId = 'policy-key';

export function createPolicyStore(deps: {
  home: string;
  store: SecretStore;
  files: DurableFiles;
  log: Log;
}): PolicyStore {
  const { store, files, log } = deps;
  const path = join(deps.home, 'grants.json');
  let policy = emptyPolicy;
  let everRegistered = false;
  let lockedByPerson = false;
  let answeredInWindow = false;
  let document: Document | null = null;
  /** A file that could not be read, to be kept beside the next one. */
  let unreadable: Buffer | null = null;
  let key: Buffer | null = null;
  let isKeyStored = false;
  /** The file on disk is the one that we read or wrote. */
  let isWritten = false;
  let trusted = true;
  let writing: Promise<unknown> = Promise.resolve();

  async function write(next: Policy): Promise<void> {
    if (!key)
      throw new Failure(
        'locked',
        'Chatelaine is locked. Nothing was changed.',
        'Unlock it first: `chatelaine unlock`.',
      );
    if (!isKeyStored) await store.set(keyId, new Secret(key.toString('base64')));
    isKeyStored = true;
    const content = {
      schema: 1 as const,
      everRegistered: everRegistered || next.registrations.length > 0,
      lockedByPerson,
      ...(answeredInWindow && { answeredInWindow: true as const }),
      policy: next,
    };
    if (unreadable) await files.write(`${path}.damaged`, unreadable);
    unreadable = null;
    await files.write(path, `${JSON.stringify({ ...content, mac: macOf(key, content) }, null, 2)}\n`);
    policy = next;
    everRegistered = content.everRegistered;
    trusted = true;
    isWritten = true;
  }

  const inTurn = (edit: (policy: Policy) => Policy): Promise<void> => {
    const next = writing.catch(() => undefined).then(() => write(edit(policy)));
    writing = next;
    return next;
  };

  return {
    async load() {
      const bytes = await files.read(path);
      if (!bytes) return;
      document = parse(bytes);
      if (!document) {
        unreadable = bytes;
        trusted = false;
        everRegistered = true;
        log.warn('policy.unreadable');
        return;
      }
      policy = document.policy;
      everRegistered = document.everRegistered;
      lockedByPerson = document.lockedByPerson;
      answeredInWindow = document.answeredInWindow ?? false;
    },
    async open() {
      const item = await store.get(keyId);
      key = item ? Buffer.from(item.reveal(), 'base64') : randomBytes(32);
      isKeyStored = item !== null;
      // The key is stored with the first writing of the file, so a key without a file means that it was taken away.
      everRegistered ||= isKeyStored && !document && !isWritten;
      if (!document) return;
      const { mac, ...content } = document;
      const [expected, given] = [Buffer.from(macOf(key, content)), Buffer.from(mac)];
      trusted = expected.length === given.length && timingSafeEqual(expected, given);
      if (!trusted) {
        everRegistered = true;
        policy = { registrations: policy.registrations.map((entry) => ({ ...entry, credentials: [] })), grants: [] };
        log.warn('policy.altered');
      }
      document = null;
      isWritten = true;
    },
    close() {
      key = null;
    },
    current: () => policy,
    change: inTurn,
    isTrusted: () => trusted,
    isLockedByPerson: () => lockedByPerson,
    async setLockedByPerson(locked) {
      if (locked === lockedByPerson) return;
      lockedByPerson = locked;
      await inTurn((policyNow) => policyNow);
    },
    everRegistered: () => everRegistered,
    answeredInWindow: () => answeredInWindow || !trusted,
    async rememberWindow() {
      if (answeredInWindow) return;
      answeredInWindow = true;
      await inTurn((policyNow) => policyNow);
    },
  };
}

const macOf = (key: Buffer, content: Omit<Document, 'mac'>): string =>
  createHmac('sha256', key).update(canonicalJson(content)).digest('base64');

function parse(bytes: Buffer): Document | null {
  try {
    return Document.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
