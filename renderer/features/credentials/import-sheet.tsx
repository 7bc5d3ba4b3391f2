import { FileInput } from 'lucide-react';
import { useState } from 'react';
import { call, HostFailure, type Input, type Output } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { DropZone } from './drop-zone.tsx';
import type { ImportSection } from './credential.ts';
import { ImportResult } from './import-result.tsx';
import { SectionList } from './section-list.tsx';

/** Where the sections come from. A dropped file is read anew for each call and its text dropped right after it. */
export type ImportFrom = { kind: 'file'; file: File } | { kind: 'path'; path: string };

/** What an .edgerc is at most; the host refuses more as well. Anything larger was picked by mistake. */
const maximumBytes = 64 * 1024;
const tooLarge = new HostFailure({
  code: 'invalid-input',
  message: 'This file has more than 64 KiB. Nothing was imported.',
  hint: 'Choose an .edgerc file.',
});

const sourceOf = async (from: ImportFrom): Promise<Input<'credentials.previewImport'>> =>
  from.kind === 'path' ? { path: from.path } : { text: await from.file.text() };

/** Sections of an .edgerc: chosen, previewed, stored, told. */
export function ImportSheet({ onClose }: { onClose: () => void }) {
  const found = useAsk('credentials.findEdgerc', {});
  const act = useAct();
  const [from, setFrom] = useState<ImportFrom | null>(null);
  const [preview, setPreview] = useState<Output<'credentials.previewImport'> | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [result, setResult] = useState<Output<'credentials.import'> | null>(null);

  const choose = (next: ImportFrom): void =>
    void act.run(async () => {
      if (next.kind === 'file' && next.file.size > maximumBytes) throw tooLarge;
      const answer = await call('credentials.previewImport', await sourceOf(next));
      setFrom(next);
      setPreview(answer);
      setChosen(new Set(answer.sections.filter(isWorthwhile).map(({ section }) => section)));
    });
  const store = (): void =>
    void act.run(async () => {
      if (!from) return;
      setResult(await call('credentials.import', { ...(await sourceOf(from)), sections: [...chosen] }));
    });

  const path = found.data?.path ?? null;
  return (
    <Sheet
      open
      wide
      onClose={onClose}
      title={result ? 'Imported' : 'Import from .edgerc'}
      description={
        result ? undefined : 'Each section becomes a credential. You see what is found before anything is stored.'
      }
      footer={
        result ? (
          <Button look="main" onClick={onClose}>
            Show the credentials
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            {preview && (
              <Button look="main" busy={act.busy} disabled={chosen.size === 0} onClick={store}>
                {chosen.size === 1 ? 'Import 1 section' : `Import ${chosen.size} sections`}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {act.failure && <FailureNote failure={act.failure} />}
        {result ? (
          <ImportResult result={result} mayRemove={from?.kind === 'path'} />
        ) : preview ? (
          <>
            <p className="text-muted">
              {shownText((from?.kind === 'path' ? from.path : from?.file.name) ?? '')}{' '}
              <Button
                size="small"
                onClick={() => {
                  setPreview(null);
                  setFrom(null);
                }}
              >
                Choose another
              </Button>
            </p>
            <Warnings texts={preview.warnings} />
            <SectionList sections={preview.sections} chosen={chosen} onChoose={setChosen} />
          </>
        ) : (
          <>
            {path !== null && (
              <Button
                icon={<FileInput size={14} aria-hidden />}
                busy={act.busy}
                onClick={() => choose({ kind: 'path', path })}
                className="h-auto! py-2"
              >
                <span className="min-w-0 flex-1 text-left whitespace-normal">
                  <span className="font-medium break-all">{path}</span>
                  <br />
                  <span className="text-muted">{sectionsFound(found.data?.sections ?? [])}</span>
                </span>
              </Button>
            )}
            <DropZone onFile={(file) => choose({ kind: 'file', file })} />
          </>
        )}
      </div>
    </Sheet>
  );
}

const isWorthwhile = ({ status }: ImportSection): boolean => status === 'new' || status === 'changed';

const sectionsFound = (sections: readonly ImportSection[]): string =>
  sections.length === 1 ? '1 section that is not stored yet' : `${sections.length} sections that are not stored yet`;

function Warnings({ texts }: { texts: readonly string[] }) {
  return texts.map((text) => (
    <p key={text} className="rounded-md bg-warn-soft px-3 py-2 text-warn">
      ▲ {text}
    </p>
  ));
}
