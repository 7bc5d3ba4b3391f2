import { useState } from 'react';
import { asFailure, call } from '../../api.ts';
import { shownText } from '../../ui/shown-text.ts';
import { useToast } from '../../ui/toast.tsx';
import type { Credential } from './credential.ts';
import { restoreWords, testWords, type Failed } from './outcome-words.ts';

const undoMs = 10_000;
const testsAtOnce = 4;

/** Test and remove, for one and for many. Removing can be undone for ten seconds after the last one. */
export function useCredentialActions() {
  const toast = useToast();
  const [testing, setTesting] = useState<{ done: number; of: number } | null>(null);

  const restore = async (removed: readonly Credential[]): Promise<void> => {
    const restored: string[] = [];
    const failed: Failed[] = [];
    // One that cannot come back (its name is taken by now) must not cost the others.
    for (const { id, name } of removed) {
      try {
        await call('credentials.restore', { id });
        restored.push(name);
      } catch (error) {
        failed.push(failedAt(name, error));
      }
    }
    toast({ text: restoreWords(restored, failed), forMs: failed.length === 0 ? 5_000 : 2 * undoMs });
  };

  const testOne = async (name: string): Promise<Failed & { ok: boolean }> => {
    try {
      const { ok, message, hint } = await call('credentials.test', { name });
      return { name, ok, message: shownText(message), hint: shownText(hint) };
    } catch (error) {
      return { ok: false, ...failedAt(name, error) };
    }
  };

  return {
    testing,

    async remove(names: readonly string[]): Promise<void> {
      const removed: Credential[] = [];
      let problem = '';
      for (const name of names) {
        try {
          removed.push(await call('credentials.remove', { name }));
        } catch (error) {
          const { message, hint } = asFailure(error);
          problem = `${name}: ${message} ${hint}`;
          break;
        }
      }
      if (problem !== '') toast({ text: problem, forMs: undoMs });
      if (removed.length === 0) return;
      toast({
        text: `Removed ${namesOf(removed)}.`,
        action: { label: 'Undo', run: () => void restore(removed), undoes: true },
        forMs: undoMs,
      });
    },

    /** Tests all of them, a few at a time, and says how it went; the list shows each result. */
    async test(names: readonly string[]): Promise<void> {
      const waiting = [...names];
      const outcomes = new Map<string, Failed & { ok: boolean }>();
      setTesting({ done: 0, of: names.length });
      const work = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          outcomes.set(name, await testOne(name));
          setTesting({ done: outcomes.size, of: names.length });
        }
      };
      await Promise.all(Array.from({ length: testsAtOnce }, work));
      setTesting(null);
      const all = names.flatMap((name) => outcomes.get(name) ?? []);
      const [only] = all;
      const failed = all.filter(({ ok }) => !ok);
      const text =
        only && all.length === 1 ? `${only.name}: ${only.message} ${only.hint}`.trim() : testWords(names, failed);
      toast({ text, forMs: failed.length > 0 ? 15_000 : 8_000 });
    },
  };
}

const failedAt = (name: string, error: unknown): Failed => {
  const { message, hint } = asFailure(error);
  return { name, message, hint };
};

const namesOf = (credentials: readonly Credential[]): string =>
  credentials.length === 1 ? (credentials[0]?.name ?? '') : `${credentials.length} credentials`;
