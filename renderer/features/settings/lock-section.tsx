import { useHost } from '../../app/use-host.ts';
import { Checkbox } from '../../ui/field.tsx';
import { NumberField } from './number-field.tsx';
import { Setting } from './setting.tsx';
import { useSet, type Settings } from './use-set.ts';

/** When Chatelaine locks by itself. */
export function LockSection({ lock }: { lock: Settings['lock'] }) {
  const { act, set } = useSet();
  const host = useHost();
  return (
    <Setting title="Lock" act={act}>
      <NumberField
        label={
          host?.desktop === false
            ? 'Lock when nobody used this page or the command for'
            : 'Lock when nobody touched this computer for'
        }
        unit="minutes"
        help="Calls of clients do not count. Empty: never."
        value={lock.idleMinutes}
        min={1}
        max={1440}
        mayBeEmpty
        empty="never"
        onSet={(idleMinutes) => set({ lock: { idleMinutes } })}
      />
      <Checkbox
        label="Lock when this computer goes to sleep"
        disabled={host?.desktop === false}
        checked={lock.onSleep}
        onChange={(event) => void set({ lock: { onSleep: event.target.checked } })}
      />
      <Checkbox
        label="Lock when the session of this computer is locked"
        disabled={host?.desktop === false}
        checked={lock.onSessionLock}
        onChange={(event) => void set({ lock: { onSessionLock: event.target.checked } })}
      />
      {host?.desktop === false && (
        <p className="text-12 text-muted">A locked session is seen by the desktop app only.</p>
      )}
    </Setting>
  );
}
