import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { DurableFiles } from '../files/durable-file.ts';
import type { Log } from '../log.ts';

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What was written into one file of a client. Digests and names only: the file may hold other programs' secrets. */
export const WrittenFile = z.object({
  path: z.string(),
  /** Under which key each provider's entry stands. */
  keys: z.record(z.string(), z.string()),
  /** False from before the first byte until the whole file is there. */
  isWritten: z.boolean(),
  /** Of the bytes that we wrote. */
  written: z.string(),
  /** What comes back when nobody has changed the file since: nothing was there, or the copy beside it. */
  original: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('copy'), path: z.string(), digest: z.string() }),
    /** Our own entries were in it already, so only they can be taken out. */
    z.object({ kind: z.literal('ours') }),
  ]),
  /** The member that holds the servers was not there before. */
  madeMember: z.boolean(),
});
export type WrittenFile = z.infer<typeof WrittenFile>;

const Document = z.object({ schema: z.literal(1), registrations: z.record(z.string(), z.array(WrittenFile)) });

/**
 * `client-files.json` in the data folder: what each registration has in its client's files. Written before the first byte
 * of a client's file, so that a kill leaves nothing that nobody remembers.
 */
export interface ConfigJournal {
  load(): Promise<void>;
  registrations(): string[];
  filesOf(registrationId: string): readonly WrittenFile[];
  /** Replaces what is known of one file of a registration. */
  put(registrationId: string, file: WrittenFile): Promise<void>;
  /** Forgets one file; the registration goes with its last one. */
  drop(registrationId: string, path: string): Promise<void>;
}

export function createConfigJournal(deps: { home: string; files: DurableFiles; log: Log }): ConfigJournal {
  const { files, log } = deps;
  const path = join(deps.home, 'client-files.json');
  let known = new Map<string, readonly WrittenFile[]>();

  const filesOf = (id: string): readonly WrittenFile[] => known.get(id) ?? [];

  async function write(id: string, list: readonly WrittenFile[]): Promise<void> {
    const next = new Map(known).set(id, list);
    if (list.length === 0) next.delete(id);
    await files.write(path, `${JSON.stringify({ schema: 1, registrations: Object.fromEntries(next) }, null, 2)}\n`);
    known = next;
  }

  return {
    async load() {
      const bytes = await files.read(path);
      if (bytes === null) return;
      try {
        known = new Map(Object.entries(Document.parse(JSON.parse(bytes.toString('utf8'))).registrations));
      } catch {
        // The entries are still told by what is in them; only the way back to the very bytes is lost.
        log.warn('client-files.unreadable');
      }
    },
    registrations: () => [...known.keys()],
    filesOf,
    put: (id, file) => write(id, [...filesOf(id).filter((other) => other.path !== file.path), file]),
    drop: (id, filePath) =>
      write(
        id,
        filesOf(id).filter((other) => other.path !== filePath),
      ),
  };
}
