import { useCallback } from 'react';
import type { Tone } from '../../ui/badge.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import { lineWords, type Line } from './line-words.ts';

/** A line's sentence with the client by the name that people know, and everything in it visible. */
export function useLineWords(): (line: Line) => { text: string; tone: Tone } {
  const clientTitle = useClientTitle();
  return useCallback(
    (line: Line) => {
      const { text, tone } = lineWords(
        typeof line.client === 'string' ? { ...line, client: clientTitle(line.client) } : line,
      );
      return { text: shownText(text), tone };
    },
    [clientTitle],
  );
}
