import type { ReactNode } from 'react';
import { Answer } from '../../app/answer.tsx';
import { Page } from '../../app/page.tsx';
import { useAsk } from '../../ask.ts';
import { useHost } from '../../app/use-host.ts';
import { DoctorSection } from './doctor-section.tsx';
import { LockSection } from './lock-section.tsx';
import { NetworkSection } from './network-section.tsx';
import { PassphraseSection } from './passphrase-section.tsx';
import { RecordSection, RemindersSection, ThemeSection } from './plain-sections.tsx';
import { VaultSection } from './vault-section.tsx';

/** How does Chatelaine behave, and where does it keep things? */
export function SettingsPage(): ReactNode {
  const settings = useAsk('settings.get', {});
  const host = useHost();
  return (
    <Page title="Settings" answer={host && `Chatelaine ${host.version}. Each change holds at once.`}>
      <VaultSection />
      <PassphraseSection />
      <Answer of={settings} lines={10}>
        {(current) => (
          <>
            <LockSection lock={current.lock} />
            <RemindersSection rotation={current.rotation} />
            <NetworkSection network={current.network} />
            <RecordSection activity={current.activity} />
            <ThemeSection theme={current.appearance.theme} />
          </>
        )}
      </Answer>
      <DoctorSection />
    </Page>
  );
}
