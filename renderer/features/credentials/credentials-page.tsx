import { useNavigate } from '@tanstack/react-router';
import { Download, KeyRound, Plus } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Answer } from '../../app/answer.tsx';
import { Page } from '../../app/page.tsx';
import { usePlace } from '../../app/use-place.ts';
import { useAsk } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Table } from '../../ui/table.tsx';
import { useIsWide } from '../../ui/use-width.ts';
import { BulkBar } from './bulk-bar.tsx';
import type { Credential } from './credential.ts';
import { useCredentialColumns } from './credential-columns.tsx';
import { CredentialDetail } from './credential-detail.tsx';
import { CredentialForm } from './credential-form.tsx';
import { filterCredentials } from './filter.ts';
import { ImportSheet } from './import-sheet.tsx';
import { ReplaceSheet } from './replace-sheet.tsx';
import { useProviders } from './use-providers.ts';

/** What do I hold, and in what state? The list, and beside it (or instead of it, when narrow) one credential. */
export function CredentialsPage(): ReactNode {
  const { name, open } = usePlace();
  const navigate = useNavigate();
  const isWide = useIsWide();
  const list = useAsk('credentials.list', {});
  const credential = list.data?.find((one) => one.name === name);
  const show = (sheet?: string) =>
    void navigate({
      ...(name === undefined ? { to: '/credentials' } : { to: '/credentials/$name', params: { name } }),
      search: sheet === undefined ? {} : { open: sheet },
    });
  const goTo = (to: string | null) =>
    void navigate(to === null ? { to: '/credentials' } : { to: '/credentials/$name', params: { name: to } });
  const detail = name !== undefined && list.data && (
    <CredentialDetail key={name} name={name} credential={credential} onLeave={() => goTo(null)} onShow={show} />
  );

  return (
    <>
      {detail && !isWide ? (
        detail
      ) : (
        <Page
          title="Credentials"
          fills
          answer={list.data && summary(list.data)}
          actions={
            <>
              <Button icon={<Download size={14} aria-hidden />} onClick={() => show('import')}>
                Import
              </Button>
              <Button look="main" icon={<Plus size={14} aria-hidden />} onClick={() => show('add')}>
                Add
              </Button>
            </>
          }
        >
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Answer of={list} lines={10}>
              {(credentials) =>
                credentials.length === 0 ? (
                  <NoCredentials onShow={show} />
                ) : (
                  <CredentialList
                    credentials={credentials}
                    isWorstFirst={open === 'worst'}
                    openName={name}
                    onOpen={goTo}
                  />
                )
              }
            </Answer>
          </div>
          {detail && <div className="w-[400px] shrink-0 border-l border-line">{detail}</div>}
        </Page>
      )}
      {open === 'add' && <CredentialForm onClose={() => show()} onStored={goTo} />}
      {open === 'edit' && credential && (
        <CredentialForm credential={credential} onClose={() => show()} onStored={goTo} />
      )}
      {open === 'replace' && credential && <ReplaceSheet credential={credential} onClose={() => show()} />}
      {open === 'import' && <ImportSheet onClose={() => show()} />}
    </>
  );
}

interface CredentialListProps {
  credentials: readonly Credential[];
  /** Sorted by state at first, for those who come to see what is wrong. */
  isWorstFirst: boolean;
  openName: string | undefined;
  onOpen: (name: string) => void;
}

const idOf = ({ name }: Credential): string => name;

function CredentialList({ credentials, isWorstFirst, openName, onOpen }: CredentialListProps) {
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const { titleOf } = useProviders();
  const columns = useCredentialColumns(titleOf);
  const rows = useMemo(() => filterCredentials(credentials, query), [credentials, query]);
  const chosen = useMemo(() => rows.filter(({ name }) => selected.has(name)).map(idOf), [rows, selected]);
  return (
    <>
      <div className="flex min-h-12 items-center gap-2 px-3">
        {chosen.length > 0 ? (
          <BulkBar names={chosen} onClear={() => setSelected(new Set())} />
        ) : (
          <TextInput
            type="search"
            data-page-search
            aria-label="Find credentials"
            aria-keyshortcuts="/"
            placeholder="Find by name, host, tag…  /"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        )}
      </div>
      {rows.length === 0 ? (
        <EmptyState title={`No credential matches “${query}”.`}>
          <Button onClick={() => setQuery('')}>Show all {credentials.length}</Button>
        </EmptyState>
      ) : (
        <Table
          label="Credentials"
          rows={rows}
          columns={columns}
          idOf={idOf}
          initialSort={{ key: isWorstFirst ? 'state' : 'name', descending: false }}
          selected={selected}
          onSelect={setSelected}
          openId={openName}
          onOpen={({ name }) => onOpen(name)}
        />
      )}
    </>
  );
}

function NoCredentials({ onShow }: { onShow: (sheet: string) => void }) {
  const found = useAsk('credentials.findEdgerc', {}).data;
  const count = found?.sections.length ?? 0;
  return (
    <EmptyState icon={<KeyRound size={28} aria-hidden />} title="No credentials yet">
      <Button look="main" onClick={() => onShow('import')}>
        {count > 0
          ? `Import your .edgerc (${count} ${count === 1 ? 'section' : 'sections'} found)`
          : 'Import an .edgerc'}
      </Button>
      <Button onClick={() => onShow('add')}>Add one</Button>
    </EmptyState>
  );
}

function summary(credentials: readonly Credential[]): string {
  if (credentials.length === 0) return 'Nothing is stored yet.';
  const due = credentials.filter(({ due: { state } }) => state === 'overdue' || state === 'soon').length;
  const bad = credentials.filter(({ lastTest }) => lastTest?.ok === false).length;
  const parts = [bad > 0 && `${bad} did not work when last tested`, due > 0 && `${due} due`].filter(Boolean);
  const held = credentials.length === 1 ? '1 credential' : `${credentials.length} credentials`;
  return `${held}${parts.length > 0 ? `: ${parts.join(', ')}` : ', nothing due'}.`;
}
