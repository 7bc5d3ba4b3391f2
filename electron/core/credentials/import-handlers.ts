import { join } from 'node:path';
import type { Activity } from '../activity/record.ts';
import { Failure } from '../failure.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Lock } from '../lock.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { readEdgercFile, removeEdgercFile } from './edgerc-file.ts';
import { importSections, previewImport } from './edgerc-import.ts';
import { maximumEdgercBytes, parseEdgerc, type Edgerc } from './edgerc-parse.ts';
import type { Vault } from './vault.ts';

type ImportHandlers = Pick<
  Handlers,
  'credentials.findEdgerc' | 'credentials.previewImport' | 'credentials.import' | 'credentials.removeImported'
>;

interface Source {
  edgerc: Edgerc;
  warnings: string[];
  /** Null for a text that a window has read: there is no file here to speak of. */
  file: { path: string; sha256: string } | null;
}

export function importHandlers(deps: {
  vault: Vault;
  supervisor: Supervisor;
  activity: Activity;
  lock: Lock;
  /** The person's own folder, where Akamai's tools keep `.edgerc`. */
  personFolder: string;
}): ImportHandlers {
  const { vault, supervisor, activity, lock } = deps;

  return {
    async 'credentials.findEdgerc'() {
      lock.assertUnlocked();
      const path = join(deps.personFolder, '.edgerc');
      // Nobody asked for this file yet: one that cannot be read is told when it is imported.
      const source = await readSource({ path }).catch(() => null);
      if (!source) return { path: null, sections: [] };
      return { path, sections: await previewImport(source.edgerc, vault) };
    },

    async 'credentials.previewImport'(input) {
      lock.assertUnlocked();
      const { edgerc, warnings } = await readSource(input);
      return { sections: await previewImport(edgerc, vault), warnings };
    },

    async 'credentials.import'({ sections: wanted, ...input }) {
      lock.assertUnlocked();
      const { edgerc, warnings, file } = await readSource(input);
      const { sections, stored } = await importSections(edgerc, vault, wanted);
      for (const { id, name, provider } of stored) {
        const entry = { kind: 'credential-imported' as const, credential: name, credentialId: id, provider };
        await activity.append(entry, { durable: true });
        await supervisor.refresh(id);
      }
      return { sections, imported: stored.map(({ name }) => name), warnings, file };
    },

    async 'credentials.removeImported'({ path, sha256 }) {
      lock.assertUnlocked();
      const file = await readEdgercFile(path);
      const missing = (await previewImport(parseEdgerc(file.text), vault)).filter(
        ({ status }) => status !== 'identical',
      );
      if (missing.length > 0) throw notAllStored(missing.map(({ section }) => section));
      await removeEdgercFile(path, sha256);
      return {};
    },
  };
}

async function readSource(input: { path: string } | { text: string }): Promise<Source> {
  if ('text' in input) {
    if (Buffer.byteLength(input.text) > maximumEdgercBytes) {
      throw new Failure(
        'too-large',
        'This file has more than 64 KiB. Nothing was imported.',
        'Choose an .edgerc file.',
      );
    }
    const edgerc = parseEdgerc(input.text);
    return { edgerc, warnings: edgerc.warnings, file: null };
  }
  const { text, sha256, warnings } = await readEdgercFile(input.path);
  const edgerc = parseEdgerc(text);
  return { edgerc, warnings: [...warnings, ...edgerc.warnings], file: { path: input.path, sha256 } };
}

/** Akamai shows a secret once: what only this file still holds must not go with it. */
const notAllStored = (sections: readonly string[]): Failure =>
  new Failure(
    'refused',
    `The file was not deleted: ${sections.slice(0, 5).join(', ')}${sections.length > 5 ? ', …' : ''} in it ${sections.length === 1 ? 'is' : 'are'} not in the vault.`,
    'Import them too, or delete the file yourself.',
  );
