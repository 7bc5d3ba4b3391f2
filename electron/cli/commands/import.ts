import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Output } from '../../core/contract/procedures.ts';
import { Failure } from '../../core/failure.ts';
import { defineCommand, positionals, texts, type Context } from '../command.ts';

type Sections = Output<'credentials.previewImport'>['sections'];

export const importCommand = defineCommand({
  name: 'import',
  usage: 'PATH [--section S]… [--all] [--preview] [--remove-file] [--json]',
  summary: 'Import customer sections from an .edgerc file',
  help: `Shows what each section is (new, changed, identical, refused and why), then stores the ones you name.
Without --section or --all the section in EDGERC_SECTION is taken; with neither, only the preview is shown.
The file stays where it is, in clear: --remove-file deletes it once everything in it is in the vault.

  chatelaine import ~/.edgerc --preview
  chatelaine import ~/.edgerc --section acme-prod --section globex`,
  options: {
    section: { type: 'string', multiple: true },
    all: { type: 'boolean' },
    preview: { type: 'boolean' },
    'remove-file': { type: 'boolean' },
  },
  async run(context, args, { section, all, preview, json, 'remove-file': removeFile }) {
    const { host, terminal, self } = context;
    const [given = ''] = positionals(importCommand, args, 1);
    const path = given.startsWith('~/') ? join(homedir(), given.slice(2)) : resolve(given);
    const wanted = chosen(texts(section), all === true);
    if (preview || wanted === null) {
      const seen = await (await host()).ask('credentials.previewImport', { path });
      if (json) {
        terminal.json(seen);
        return;
      }
      printSections(context, seen.sections);
      seen.warnings.forEach(terminal.say);
      if (wanted === null)
        terminal.say(`Nothing was imported. Choose with --section NAME or --all: ${self} import ${given} --all`);
      return;
    }
    const done = await (await host()).ask('credentials.import', { path, sections: wanted });
    if (json) terminal.json(done);
    else printSections(context, done.sections);
    done.warnings.forEach(terminal.say);
    terminal.say(done.imported.length > 0 ? `Imported: ${done.imported.join(', ')}.` : 'Nothing new was imported.');
    if (done.file) await offerRemoval(context, done.file, removeFile === true);
    const refused = done.sections.filter(({ status }) => status === 'refused');
    return refused.length > 0 ? 1 : 0;
  },
});

function chosen(sections: string[], all: boolean): 'all' | string[] | null {
  if (all) return 'all';
  if (sections.length > 0) return sections;
  const fromEnvironment = process.env.EDGERC_SECTION;
  return fromEnvironment ? [fromEnvironment] : null;
}

function printSections({ terminal }: Context, sections: Sections): void {
  terminal.table(
    ['section', 'line', 'state', 'why'],
    sections.map(({ section, line, status, changes, problems, notes }) => [
      section,
      String(line),
      status,
      [...problems, changes.length > 0 ? `differs in ${changes.join(', ')}` : '', ...notes].filter(Boolean).join('; '),
    ]),
  );
}

/** The clear-text copy is the weakest place left, so the person is told each time and asked where that is possible. */
async function offerRemoval(
  { host, terminal }: Context,
  file: { path: string; sha256: string },
  asked: boolean,
): Promise<void> {
  terminal.say(`${file.path} still holds these secrets in clear.`);
  const remove = asked || (process.stdin.isTTY && (await terminal.confirm('Delete it now?').catch(() => false)));
  if (!remove) {
    terminal.say('Delete it when nothing else needs it, or add --remove-file.');
    return;
  }
  try {
    await (await host()).ask('credentials.removeImported', file);
    terminal.say('Deleted.');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.say(`${error.message} ${error.hint}`);
  }
}
