import { useState } from 'react';
import { asFailure, call } from '../../api.ts';
import { useToast } from '../../ui/toast.tsx';
import type { Credential } from './credential.ts';

const undoMs = 10_000;
const testsAtOnce = 4;

/** Test and remove, for one and for many. Removing can be undone for ten seconds. */
export function useCredentialActions() {
  const toast = useToast();
  const [testing, setTesting] = useState<{ done: number; of: number } | null>(null);

  const restore = async (removed: readonly Credential[]): Promise<void> => {
    try {
      for (const { id } of removed) await call('credentials.restore', { id });
      toast({ text: `${namesOf(removed)} ${removed.length === 1 ? 'is' : 'are'} back.` });
    } catch (error) {
      const { message, hint } = asFailure(error);
      toast({ text: `${message} ${hint}`, forMs: undoMs });
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
        action: { label: 'Undo', run: () => void restore(removed) },
        forMs: undoMs,
      });
    },

    /** Tests all of them, a few at a time, and says how it went; the list shows each result. */
    async test(names: readonly string[]): Promise<void> {
      const waiting = [...names];
      const bad: string[] = [];
      let done = 0;
      setTesting({ done, of: names.length });
      const work = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          const works = await call('credentials.test', { name }).then(
            ({ ok }) => ok,
            () => false,
          );
          if (!works) bad.push(name);
          done += 1;
          setTesting({ done, of: names.length });
        }
      };
      await Promise.all(Array.from({ length: testsAtOnce }, work));
      setTesting(null);
      toast({
        text:
          bad.length === 0
            ? names.length === 1
              ? `${names[0] ?? ''} works.`
              : names.length === 2
                ? 'Both work.'
                : `All ${names.length} work.`
            : `${bad.length} of ${names.length} did not work: ${bad.slice(0, 3).join(', ')}${bad.length > 3 ? '…' : ''}`,
        forMs: 8_000,
      });
    },
  };
}

const namesOf = (credentials: readonly Credential[]): string =>
  credentials.length === 1 ? (credentials[0]?.name ?? '') : `${credentials.length} credentials`;
