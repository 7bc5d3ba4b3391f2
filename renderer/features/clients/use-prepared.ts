import { useEffect, useState } from 'react';
import { asFailure, call, type HostFailure, type Input, type Output } from '../../api.ts';

type Prepared = Output<'clients.prepare'>;

const pauseMs = 200;

/** What registering so would change. Asked anew after each change of the wish; null while it is not known. */
export function usePrepared(
  wanted: Input<'clients.prepare'>,
  isAsked: boolean,
): { prepared: Prepared | null; failure: HostFailure | null } {
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [failure, setFailure] = useState<HostFailure | null>(null);
  const wish = JSON.stringify(wanted);
  useEffect(() => {
    setPrepared(null);
    setFailure(null);
    if (!isAsked) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      call('clients.prepare', JSON.parse(wish) as Input<'clients.prepare'>).then(
        (answer) => isCurrent && setPrepared(answer),
        (error: unknown) => isCurrent && setFailure(asFailure(error)),
      );
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wish, isAsked]);
  return { prepared, failure };
}
