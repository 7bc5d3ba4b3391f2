import { useCallback, useEffect, useState } from 'react';
import { asFailure, call, type HostFailure, type Input, type Output } from '../../api.ts';

type Prepared = Output<'clients.prepare'>;

const pauseMs = 200;
/** The host forgets what it prepared after ten minutes; somebody may read a change for longer. */
const freshForMs = 9 * 60_000;

interface Preparation {
  prepared: Prepared | null;
  failure: HostFailure | null;
  /** Asks anew, because what was shown cannot be written any more. */
  again(): void;
}

/** What registering so would change. Asked anew after each change of the wish and before it is too old; null while it is not known. */
export function usePrepared(wanted: Input<'clients.prepare'>, isAsked: boolean): Preparation {
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [failure, setFailure] = useState<HostFailure | null>(null);
  const [round, setRound] = useState(0);
  const wish = JSON.stringify(wanted);
  useEffect(() => {
    setPrepared(null);
    setFailure(null);
    if (!isAsked) return undefined;
    let isCurrent = true;
    let timer = setTimeout(prepare, pauseMs);
    function prepare(): void {
      call('clients.prepare', JSON.parse(wish) as Input<'clients.prepare'>).then(
        (answer) => {
          if (!isCurrent) return;
          setPrepared(answer);
          timer = setTimeout(prepare, freshForMs);
        },
        (error: unknown) => {
          if (!isCurrent) return;
          setPrepared(null);
          setFailure(asFailure(error));
        },
      );
    }
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wish, isAsked, round]);
  return { prepared, failure, again: useCallback(() => setRound((last) => last + 1), []) };
}
