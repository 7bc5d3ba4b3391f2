import { shownText } from '../../ui/shown-text.ts';

/** The very arguments that the call will have, as JSON. */
export function ArgumentsDisclosure({ tool, args }: { tool: string; args: Record<string, unknown> }) {
  return (
    <details>
      <summary className="w-fit rounded-sm text-muted hover:text-ink">exact arguments</summary>
      <p className="mt-1 font-mono text-12 break-all">{shownText(tool)}</p>
      <pre
        tabIndex={0}
        aria-label="Exact arguments"
        className="mt-1 max-h-48 overflow-auto rounded-md border border-line bg-surface p-2 font-mono text-12 break-all whitespace-pre-wrap"
      >
        {shownText(JSON.stringify(args, null, 2))}
      </pre>
    </details>
  );
}
