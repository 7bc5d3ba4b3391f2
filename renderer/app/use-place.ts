import { useParams, useSearch } from '@tanstack/react-router';

/** Which credential the address names, and which sheet of its page it opens. */
export function usePlace(): { name: string | undefined; open: string | undefined } {
  const params: unknown = useParams({ strict: false });
  const search: unknown = useSearch({ strict: false });
  return { name: textAt(params, 'name'), open: textAt(search, 'open') };
}

function textAt(values: unknown, key: string): string | undefined {
  const value: unknown = typeof values === 'object' && values !== null ? Reflect.get(values, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}
