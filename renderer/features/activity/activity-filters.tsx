import { useEffect, useState } from 'react';
import { useAsk } from '../../ask.ts';
import { TextInput } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { activityKinds } from './activity-kinds.ts';
import type { ActivityFilter } from './use-activity.ts';

const pauseMs = 200;

export function ActivityFilters({
  filter,
  onFilter,
}: {
  filter: ActivityFilter;
  onFilter: (filter: ActivityFilter) => void;
}) {
  const clients = useAsk('clients.list', {}).data ?? [];
  const credentials = useAsk('credentials.list', {}).data ?? [];
  const [text, setText] = useState(filter.text ?? '');
  const choose = (key: keyof ActivityFilter, value: string): void => {
    const { [key]: _, ...rest } = filter;
    onFilter(value === '' ? rest : { ...rest, [key]: value });
  };
  useEffect(() => {
    if (text === (filter.text ?? '')) return undefined;
    const timer = setTimeout(() => choose('text', text), pauseMs);
    return () => clearTimeout(timer);
  });
  return (
    <div role="search" className="grid grid-cols-[repeat(auto-fit,minmax(160px,1fr))] gap-2 px-3 py-2">
      <TextInput
        type="search"
        data-page-search
        aria-label="Find in the activity"
        placeholder="Find in any value…  /"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select
        aria-label="Kind"
        value={filter.kind ?? ''}
        onChoose={(value) => choose('kind', value)}
        options={activityKinds}
      />
      <Select
        aria-label="Client"
        value={filter.client ?? ''}
        onChoose={(value) => choose('client', value)}
        options={[{ value: '', label: 'Every client' }, ...clients.map(({ name }) => ({ value: name, label: name }))]}
      />
      <Select
        aria-label="Credential"
        value={filter.credential ?? ''}
        onChoose={(value) => choose('credential', value)}
        options={[
          { value: '', label: 'Every credential' },
          ...credentials.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
    </div>
  );
}
