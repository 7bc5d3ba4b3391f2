import { applyTheme } from '../../app/theme.ts';
import { Checkbox, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { NumberField } from './number-field.tsx';
import { Setting } from './setting.tsx';
import { useSet, type Settings } from './use-set.ts';

export function RemindersSection({ rotation }: { rotation: Settings['rotation'] }) {
  const { act, set } = useSet();
  return (
    <Setting title="Reminders" act={act}>
      <NumberField
        label="Replace secrets every"
        unit="days"
        help="For credentials without an interval of their own. Empty: only what the issuer says counts."
        value={rotation.defaultEveryDays}
        min={1}
        max={3650}
        mayBeEmpty
        empty="not set"
        onSet={(defaultEveryDays) => set({ rotation: { defaultEveryDays } })}
      />
      <Checkbox
        label="Notify me 14, 7 and 1 day before, and when something is overdue"
        checked={rotation.notify}
        onChange={(event) => void set({ rotation: { notify: event.target.checked } })}
      />
    </Setting>
  );
}

export function RecordSection({ activity }: { activity: Settings['activity'] }) {
  const { act, set } = useSet();
  return (
    <Setting title="Activity record" act={act}>
      <NumberField
        label="Keep it for"
        unit="days"
        help="Whole files are removed when their last line is older."
        value={activity.keepDays}
        min={1}
        max={36_500}
        onSet={async (keepDays) => keepDays !== null && set({ activity: { keepDays } })}
      />
      <NumberField
        label="Begin a new file at"
        unit="MB"
        help="Of the record on this computer."
        value={activity.maxFileMb}
        min={0.1}
        max={1024}
        onSet={async (maxFileMb) => maxFileMb !== null && set({ activity: { maxFileMb } })}
      />
    </Setting>
  );
}

const themes = [
  { value: 'system', label: 'As the system has it' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export function ThemeSection({ theme }: { theme: Settings['appearance']['theme'] }) {
  const { act, set } = useSet();
  return (
    <Setting title="Appearance" act={act}>
      <Field label="Theme">
        {(control) => (
          <Select
            {...control}
            className="max-w-60"
            value={theme}
            options={themes}
            onChoose={(value) => {
              const chosen = themes.find((one) => one.value === value);
              if (!chosen) return;
              applyTheme(chosen.value);
              void set({ appearance: { theme: chosen.value } });
            }}
          />
        )}
      </Field>
    </Setting>
  );
}
