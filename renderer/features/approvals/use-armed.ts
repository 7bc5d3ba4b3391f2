import { useEffect, useRef, useState } from 'react';
import { armingDelayMs, disarmed, isArmed, look } from './arming.ts';

/** Whether the question may be answered yet. */
export function useArmed(id: string): boolean {
  const arming = useRef(disarmed);
  const [armedId, setArmedId] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onSight = (): void => {
      clearTimeout(timer);
      arming.current = look(arming.current, id, document.visibilityState === 'visible', performance.now());
      setArmedId(isArmed(arming.current, id, performance.now()) ? id : null);
      if (arming.current.inSightSinceMs === null) return;
      const leftMs = arming.current.inSightSinceMs + armingDelayMs - performance.now();
      timer = setTimeout(() => setArmedId(id), Math.max(0, leftMs));
    };
    onSight();
    document.addEventListener('visibilitychange', onSight);
    return () => {
      clearTimeout(timer);
      arming.current = disarmed;
      document.removeEventListener('visibilitychange', onSight);
    };
  }, [id]);
  return armedId === id;
}
