import { useMemo } from 'react';
import { useNow } from '../../ask.ts';
import { Badge } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { Swatch } from '../../ui/swatch.tsx';
import type { Column } from '../../ui/table.tsx';
import type { Credential } from './credential.ts';
import { credentialState } from './credential-state.ts';

export function useCredentialColumns(titleOf: (provider: string) => string): Column<Credential>[] {
  const now = useNow(60_000);
  return useMemo(
    () => [
      {
        key: 'name',
        title: 'Name',
        track: 'minmax(160px,2fr)',
        sortBy: ({ name }) => name,
        cell: ({ name, colour, emulator }) => (
          <>
            <Swatch colour={colour} />
            <span className="truncate font-medium" title={name}>
              {name}
            </span>
            {emulator && <span className="text-12 text-muted narrow:hidden">emulator</span>}
          </>
        ),
      },
      {
        key: 'state',
        title: 'State',
        track: 'minmax(88px,140px)',
        sortBy: (credential) => credentialState(credential, now).rank,
        cell: (credential) => {
          const { words, tone } = credentialState(credential, now);
          return <Badge tone={tone}>{words}</Badge>;
        },
      },
      {
        key: 'provider',
        title: 'Provider',
        track: '90px',
        from: 620,
        sortBy: ({ provider }) => provider,
        cell: ({ provider }) => <span className="truncate">{titleOf(provider)}</span>,
      },
      {
        key: 'tags',
        title: 'Tags',
        track: 'minmax(0,1fr)',
        from: 700,
        cell: ({ tags }) => <span className="truncate text-muted">{shownText(tags.join(', '))}</span>,
      },
      {
        key: 'used',
        title: 'Used',
        track: '100px',
        from: 520,
        sortBy: ({ lastUsedAt }) => (lastUsedAt === null ? null : -Date.parse(lastUsedAt)),
        cell: ({ lastUsedAt }) => (
          <span className="text-muted">{lastUsedAt === null ? 'never used' : <RelativeTime at={lastUsedAt} />}</span>
        ),
      },
    ],
    [now, titleOf],
  );
}
