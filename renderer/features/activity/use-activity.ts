import { useCallback, useEffect, useRef, useState } from 'react';
import { asFailure, call, type HostFailure } from '../../api.ts';
import { useAsk } from '../../ask.ts';
import type { Line } from './line-words.ts';
import { countNew, mergeNewest } from './merge-lines.ts';

export interface ActivityFilter {
  kind?: string;
  client?: string;
  credential?: string;
  text?: string;
}

const pageLines = 200;
const none: readonly Line[] = [];

/**
 * The record from its end backwards. At the top it is live; further down it stands still and `newCount` says how much came.
 * One filter's lifetime: mount it anew for another.
 */
export function useActivity(filter: ActivityFilter, isAtTop: boolean) {
  const newest = useAsk('activity.page', { ...filter, limit: pageLines });
  const [lines, setLines] = useState<readonly Line[]>(none);
  const [before, setBefore] = useState<number | null>(null);
  const [failure, setFailure] = useState<HostFailure | null>(null);
  const isReading = useRef(false);
  const page = newest.data;

  const showNewest = useCallback(() => {
    if (!page) return;
    const merged = mergeNewest(lines, page.lines);
    if (merged === lines) return;
    setLines(merged);
    if (merged === page.lines) setBefore(page.before);
  }, [page, lines]);
  useEffect(() => {
    if (isAtTop || lines.length === 0) showNewest();
  }, [isAtTop, lines.length, showNewest]);

  const readOlder = useCallback(() => {
    if (before === null || isReading.current) return;
    isReading.current = true;
    call('activity.page', { ...filter, limit: 1000, before })
      .then(
        (older) => {
          setFailure(null);
          setLines((known) => [...known, ...older.lines]);
          setBefore(older.before);
        },
        (error: unknown) => setFailure(asFailure(error)),
      )
      .finally(() => {
        isReading.current = false;
      });
  }, [before, filter]);

  return {
    lines,
    isPending: newest.isPending || (lines.length === 0 && (page?.lines.length ?? 0) > 0),
    failure: failure ?? newest.error,
    newCount: countNew(lines, page?.lines ?? none),
    showNewest,
    readOlder,
  };
}
