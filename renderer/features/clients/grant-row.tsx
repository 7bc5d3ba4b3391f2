import { Checkbox } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import type { Decision, Grant } from './client.ts';

const effects = ['read', 'write', 'destroy'] as const;
const decisions: { value: Decision; label: string }[] = [
  { value: 'allow', label: 'Allow' },
  { value: 'ask', label: 'Ask' },
  { value: 'deny', label: 'Deny' },
];

interface GrantRowProps {
  grant: Grant;
  toolsets: readonly string[];
  /** What the row without a credential of its own is called. */
  general: string;
  onSet: (change: Partial<Pick<Grant, 'effects' | 'toolsets'>>) => void;
}

export function GrantRow({ grant, toolsets, general, onSet }: GrantRowProps) {
  const who = grant.credential ?? general;
  const choose = (toolset: string, isOn: boolean): void => {
    const now = grant.toolsets === 'all' ? toolsets : grant.toolsets;
    const next = isOn ? [...now, toolset] : now.filter((one) => one !== toolset);
    onSet({ toolsets: toolsets.every((one) => next.includes(one)) ? 'all' : [...next] });
  };
  return (
    <tr className="border-t border-line align-top narrow:grid narrow:grid-cols-3">
      <th
        scope="row"
        className="max-w-40 truncate py-1.5 pr-3 text-left font-normal narrow:col-span-3 narrow:max-w-none"
        title={who}
      >
        {grant.credential ?? <span className="text-muted">{general}</span>}
      </th>
      {effects.map((effect) => (
        <td key={effect} className="py-1 pr-2">
          <Select
            aria-label={`${effect} with ${who}, ${grant.client}`}
            value={grant.effects[effect]}
            onChoose={(value) => {
              const decision = decisions.find((one) => one.value === value)?.value;
              if (decision) onSet({ effects: { ...grant.effects, [effect]: decision } });
            }}
            options={decisions}
            className="h-7! min-w-20"
          />
        </td>
      ))}
      <td className="py-1.5 narrow:col-span-3">
        <details>
          <summary className="rounded-sm">
            {grant.toolsets === 'all' ? 'all' : `${grant.toolsets.length} of ${toolsets.length}`}
          </summary>
          <div className="mt-1 flex flex-col gap-1">
            {toolsets.map((toolset) => (
              <Checkbox
                key={toolset}
                label={toolset}
                checked={grant.toolsets === 'all' || grant.toolsets.includes(toolset)}
                onChange={(event) => choose(toolset, event.target.checked)}
              />
            ))}
          </div>
        </details>
      </td>
    </tr>
  );
}
