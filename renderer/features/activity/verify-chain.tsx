import { useState } from 'react';
import { call, type Output } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';

/** Proves that no line of the record was altered or taken away. */
export function VerifyChain() {
  const act = useAct();
  const [result, setResult] = useState<Output<'activity.verify'> | null>(null);
  const close = (): void => {
    setResult(null);
    act.clear();
  };
  return (
    <>
      <Button busy={act.busy} onClick={() => void act.run(async () => setResult(await call('activity.verify', {})))}>
        {act.busy ? 'Verifying…' : 'Verify the chain'}
      </Button>
      <Dialog open={result !== null || act.failure !== null} onClose={close} title="The record">
        <div className="pb-3">
          {act.failure && <FailureNote failure={act.failure} />}
          {result && (
            <Banner urgent tone={result.ok ? 'good' : 'bad'} title={result.message}>
              {result.lines} lines were looked at.
              {result.firstBad && ` The first that is wrong: line ${result.firstBad.line} of ${result.firstBad.file}.`}
            </Banner>
          )}
        </div>
      </Dialog>
    </>
  );
}
