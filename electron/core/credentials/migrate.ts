import { Failure } from '../failure.ts';

/** Turns a document of schema n into one of schema n + 1, by n. Without gaps up to the newest. */
export type Migrations = Readonly<Record<number, (document: Record<string, unknown>) => Record<string, unknown>>>;

/**
 * Brings a versioned document (`{ schema: number, … }`) to the schema that this version knows.
 * Rejects with `newer-format` for one that a newer version wrote, and with `damaged` for anything else that is none.
 */
export const migrate = (document: unknown, migrations: Migrations, newest: number): Record<string, unknown> => {
  let current = asDocument(document);
  if (current.schema > newest) {
    throw new Failure(
      'newer-format',
      `This was written by a newer Chatelaine (format ${current.schema}; this one knows ${newest}). Nothing was changed.`,
      'Install the newer version again.',
    );
  }
  while (current.schema < newest) {
    const { schema } = current;
    const step = migrations[schema];
    if (step === undefined) throw notADocument();
    current = asDocument({ ...step(current), schema: schema + 1 });
  }
  return current;
};

const asDocument = (document: unknown): Record<string, unknown> & { schema: number } => {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  const schema: unknown = isObject && 'schema' in document ? document.schema : undefined;
  if (!isObject || typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1) throw notADocument();
  return { ...document, schema };
};

const notADocument = (): Failure =>
  new Failure('damaged', 'This file is not what it should be. Nothing was changed.', 'Restore it from a backup.');
