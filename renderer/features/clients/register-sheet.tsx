import { useState } from 'react';
import { asFailure, call, type Output } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useProviders } from '../credentials/use-providers.ts';
import type { KnownClient } from './client.ts';
import { EntryText } from './entry-text.tsx';
import { FileChanges } from './file-changes.tsx';
import { RegisterSteps } from './register-steps.tsx';
import { usePrepared } from './use-prepared.ts';
import { WantedFields, type Wanted } from './wanted-fields.tsx';

/** Registers a client: what it is given, the exact change, the click, and then whether it really works. */
export function RegisterSheet({ client: given, onClose }: { client: KnownClient; onClose: () => void }) {
  // Whether the client runs changes while this is open, and that is what the person is told to change.
  const client = useAsk('clients.known', {}, { everyMs: 3_000 }).data?.find(({ id }) => id === given.id) ?? given;
  const { providers } = useProviders();
  const [wanted, setWanted] = useState<Wanted>({ name: '', providers: null, credentials: 'all' });
  const [done, setDone] = useState<{ result: Output<'clients.register'>; sinceMs: number } | null>(null);
  const act = useAct();
  const isPrinted = client.route === 'printed';
  const input = {
    client: client.id,
    ...(wanted.name.trim() === '' ? {} : { name: wanted.name.trim() }),
    providers: wanted.providers ?? providers.map(({ id }) => id),
    credentials: wanted.credentials,
  };
  const isComplete = done === null && input.providers.length > 0 && (!isPrinted || wanted.name.trim() !== '');
  const { prepared, failure, again } = usePrepared(input, isComplete);
  const [overtaken, setOvertaken] = useState<string | null>(null);

  const register = (): void =>
    void act.run(async () => {
      const sinceMs = Date.now();
      setOvertaken(null);
      try {
        const wish = { ...input, ...(prepared ? { prepared: prepared.prepared } : {}) };
        setDone({ result: await call('clients.register', wish), sinceMs });
      } catch (error) {
        const { code, message } = asFailure(error);
        if (code !== 'changed') throw error;
        setOvertaken(message);
        again();
      }
    });

  return (
    <Sheet
      open
      wide
      onClose={onClose}
      title={isPrinted ? 'Register another client' : `Register with ${client.title}`}
      description={done ? undefined : 'This is the exact change. Nothing is written before you agree.'}
      footer={
        done ? (
          <Button look="main" onClick={onClose}>
            Show the clients
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="main" busy={act.busy} disabled={prepared === null} onClick={register}>
              {isPrinted ? 'Register it' : `Register with ${client.title}`}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {done ? (
          <>
            <RegisterSteps client={client} result={done.result} sinceMs={done.sinceMs} />
            {isPrinted && <EntryText name={done.result.name} entries={done.result.entries} />}
          </>
        ) : (
          <>
            {client.managed !== null && <Banner tone="warn" title={client.managed} />}
            {client.running === true && !isPrinted && (
              <Banner tone="info" title={`${client.title} runs now.`}>
                It reads its configuration only when it starts: quit it and start it again afterwards.
              </Banner>
            )}
            <WantedFields wanted={wanted} onWant={setWanted} isNamed={isPrinted} />
            {overtaken !== null && (
              <Banner urgent tone="warn" title={overtaken}>
                Below is the change as it would be made now. Look at it again, then register.
              </Banner>
            )}
            {failure && <FailureNote failure={failure} />}
            {isComplete && !prepared && !failure && <Skeleton lines={6} height={20} />}
            {prepared?.warnings.map((text) => (
              <Banner key={text} tone="warn" title={text} />
            ))}
            {prepared && <FileChanges changes={prepared.changes} />}
            {prepared && isPrinted && (
              <p className="text-muted">No file is changed. After the click you get the entry to copy.</p>
            )}
            {act.failure && <FailureNote failure={act.failure} />}
          </>
        )}
      </div>
    </Sheet>
  );
}
