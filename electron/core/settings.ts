import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from './failure.ts';
import type { DurableFiles } from './files/durable-file.ts';

/** What a person may set in `settings.json` of the data folder. Strict: a misspelt name is told, not passed over. */
const Settings = z.strictObject({
  activity: z
    .strictObject({
      /** A file of the record is ended when it is larger than this. */
      maxFileMb: z.number().min(0.1).max(1024).default(8),
      /** Whole files are removed when their last line is older than this. */
      keepDays: z.number().int().min(1).max(36_500).default(365),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = Settings.parse({});

/** The defaults where there is no file; a file that is not as it should be stops the start before anything is changed. */
export async function readSettings(home: string, files: DurableFiles): Promise<Settings> {
  const path = join(home, 'settings.json');
  const bytes = await files.read(path);
  if (bytes === null) return defaultSettings;
  const parsed = Settings.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new Failure(
    'invalid-input',
    `${path} is not valid: ${where ? `${where}: ` : ''}${issue?.message ?? 'not as expected'}. Chatelaine did not start.`,
    'Correct it, or remove it to go back to the defaults.',
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
