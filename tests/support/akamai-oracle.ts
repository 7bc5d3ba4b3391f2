import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One operation of the public descriptions, base path applied. */
export interface Operation {
  api: string;
  method: string;
  path: string;
  requiredQuery: string[];
  requiredHeaders: string[];
  optionalQuery: string[];
}

const folder = process.env.CHATELAINE_AKAMAI_APIS ?? join(import.meta.dirname, '../../../shared/akamai-apis');
const file = join(folder, 'index.json');

/** Null on a machine without the descriptions, which are no part of this repository; in CI that is an error. */
export function loadOperations(): Operation[] | null {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Operation[];
  if (process.env.CI) throw new Error('CHATELAINE_AKAMAI_APIS names no folder with the API descriptions');
  return null;
}

/** The members that a description requires of an operation's answer with this status; empty where it requires none. */
export function requiredMembers({ api, path, method }: Operation, status: number): string[] {
  const description = JSON.parse(readFileSync(join(folder, `${api}.json`), 'utf8')) as {
    servers: { url: string }[];
    paths: Record<
      string,
      Record<string, { responses: Record<string, { content?: Record<string, { schema?: { required?: string[] } }> }> }>
    >;
  };
  const base = new URL(description.servers[0]?.url.replace('{hostname}', 'host') ?? 'https://host').pathname;
  const operation = description.paths[path.slice(base.length)]?.[method.toLowerCase()];
  return operation?.responses[String(status)]?.content?.['application/json']?.schema?.required ?? [];
}

/** The operations that a request may be: templates match one segment each. */
export function operationFor(operations: Operation[], method: string, path: string): Operation | undefined {
  const segments = path.split('/');
  const fitting = operations.filter((operation) => {
    const template = operation.path.split('/');
    if (operation.method !== method || template.length !== segments.length) return false;
    return template.every((part, at) => part.startsWith('{') || part === segments[at]);
  });
  // `/versions/latest` fits `/versions/{v}` too: the one with more fixed text is meant.
  return fitting.sort((a, b) => parametersIn(a.path) - parametersIn(b.path))[0];
}

const parametersIn = (path: string): number => path.split('{').length;
