import { call, type Output } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useToast } from '../../ui/toast.tsx';

/** What was stored. A file that Chatelaine read by its path can be deleted; one that was dropped is the person's own. */
export function ImportResult({ result, mayRemove }: { result: Output<'credentials.import'>; mayRemove: boolean }) {
  const act = useAct();
  const toast = useToast();
  const { imported, sections, warnings, file } = result;
  const refused = sections.filter(({ status }) => status === 'refused');
  return (
    <div className="flex flex-col gap-3">
      <Banner
        urgent
        tone={imported.length > 0 ? 'good' : 'warn'}
        title={imported.length === 1 ? '1 credential is stored.' : `${imported.length} credentials are stored.`}
      >
        <span className="break-all">{imported.join(', ')}</span>
      </Banner>
      {refused.map(({ section, problems }) => (
        <Banner key={section} tone="bad" title={`${section} was not stored.`}>
          {problems.join(' ')}
        </Banner>
      ))}
      {warnings.map((text) => (
        <Banner key={text} tone="warn" title={text} />
      ))}
      {mayRemove && file && (
        <Banner
          tone="info"
          title="The file still holds these secrets in clear text."
          action={
            <Button
              look="danger"
              busy={act.busy}
              onClick={() =>
                void act.run(async () => {
                  await call('credentials.removeImported', file);
                  toast({ text: `Deleted ${file.path}.` });
                })
              }
            >
              Delete {file.path}
            </Button>
          }
        >
          It is deleted only if it did not change and everything in it is stored here.
        </Banner>
      )}
      {act.failure && <FailureNote failure={act.failure} />}
    </div>
  );
}
