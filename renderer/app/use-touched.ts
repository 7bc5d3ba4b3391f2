import { useEffect } from 'react';
import { call } from '../api.ts';

const atMostEveryMs = 20_000;
const signs = ['pointerdown', 'pointermove', 'wheel', 'keydown'] as const;

/** Tells a host that cannot see its person that somebody is here: by real input, never by what the page asks by itself. */
export function useTouched(isTold: boolean): void {
  useEffect(() => {
    if (!isTold) return undefined;
    let toldAtMs = -Infinity;
    const tell = (event: Event): void => {
      if (!event.isTrusted || performance.now() - toldAtMs < atMostEveryMs) return;
      toldAtMs = performance.now();
      call('host.touched', {}).catch(() => undefined);
    };
    const how = { capture: true, passive: true };
    for (const sign of signs) window.addEventListener(sign, tell, how);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, tell, how);
    };
  }, [isTold]);
}
