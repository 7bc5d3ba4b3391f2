import type { Output } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { clipboard } from '../../ui/clipboard.ts';
import { useToast } from '../../ui/toast.tsx';

/** The entry for a client that Chatelaine does not know, as most of them read it. It holds no secret. */
export function EntryText({ name, entries }: { name: string; entries: Output<'clients.register'>['entries'] }) {
  const toast = useToast();
  const mcpServers = Object.fromEntries(
    entries.map(({ provider, command, args, env }) => [`chatelaine-${provider}`, { command, args, env }]),
  );
  const text = JSON.stringify({ mcpServers }, null, 2);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <p className="flex-1 font-medium">The entry for {name}</p>
        <Button
          size="small"
          onClick={() => void clipboard.copy(text).then(() => toast({ text: 'The entry is in the clipboard.' }))}
        >
          Copy
        </Button>
      </div>
      <pre
        tabIndex={0}
        aria-label="The entry"
        className="overflow-x-auto rounded-md border border-line bg-raised p-3 font-mono text-12"
      >
        {text}
      </pre>
    </div>
  );
}
