import { useState } from 'react';
import { call, type Output } from '../../api.ts';
import { useHost } from '../../app/use-host.ts';
import { useAct } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Setting } from './setting.tsx';
import { vaultWords } from './vault-words.ts';

/** Which store is in use, and the proof by a round trip that it keeps secrets. */
export function VaultSection() {
  const host = useHost();
  const act = useAct();
  const [proof, setProof] = useState<Output<'host.proveVault'> | null>(null);
  if (!host) return null;
  return (
    <Setting title="Vault" act={act}>
      <p>{vaultWords(host.vault)}.</p>
      <p className="text-muted">
        Everything else is in <span className="font-mono text-12 break-all">{host.home}</span>
      </p>
      {proof && <VaultProof proof={proof} />}
      <Button
        className="self-start"
        busy={act.busy}
        onClick={() => void act.run(async () => setProof(await call('host.proveVault', {})))}
      >
        Prove it by a round trip
      </Button>
    </Setting>
  );
}

export function VaultProof({ proof: { ok, store, message, hint, tookMs } }: { proof: Output<'host.proveVault'> }) {
  return (
    <Banner
      urgent
      tone={ok ? 'good' : 'bad'}
      title={ok ? `It works: the ${storeNames[store] ?? store} answered in ${Math.round(tookMs)} ms` : message}
    >
      {ok ? message : hint}
    </Banner>
  );
}

const storeNames: Record<string, string> = { file: 'sealed file', memory: 'memory of this demo' };
