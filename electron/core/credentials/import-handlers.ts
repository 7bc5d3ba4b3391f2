import type { Activity } from '../activity/record.ts';
import { Failure } from '../failure.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Lock } from '../lock.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { readEdgercFile, removeEdgercFile } from './edgerc-file.ts';
import { importSections, previewImport } from './edgerc-import.ts';
import { parseEdgerc } from './edgerc-parse.ts';
import type { Vault } from './vault.ts';

type ImportHandlers = Pick<Handlers, 'credentials.previewImport' | 'credentials.import' | 'credentials.removeImported'>;

export function importHandlers(deps: {
  vault: Vault;
  supervisor: Supervisor;
  activity: Activity;
  lock: Lock;
}): ImportHandlers {
  const { vault, supervisor, activity, lock } = deps;

  return {
    async 'credentials.previewImport'({ path }) {
      lock.assertUnlocked();
      const file = await readEdgercFile(path);
      const edgerc = parseEdgerc(file.text);
      return { sections: await previewImport(edgerc, vault), warnings: [...file.warnings, ...edgerc.warnings] };
    },

    async 'credentials.import'({ path, sections: wanted }) {
      lock.assertUnlocked();
      const file = await readEdgercFile(path);
      const edgerc = parseEdgerc(file.text);
      const { sections, stored } = await importSections(edgerc, vault, wanted);
      for (const { id, name, provider } of stored) {
        const entry = { kind: 'credential-imported' as const, credential: name, credentialId: id, provider };
        await activity.append(entry, { durable: true });
        await supervisor.refresh(id);
      }
      return {
        sections,
        imported: stored.map(({ name }) => name),
        warnings: [...file.warnings, ...edgerc.warnings],
        file: { path, sha256: file.sha256 },
      };
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

/** Akamai shows a secret once: what only this file still holds must not go with it. */
const notAllStored = (sections: readonly string[]): Failure =>
  new Failure(
    'refused',
    `The file was not deleted: ${sections.slice(0, 5).join(', ')}${sections.length > 5 ? ', …' : ''} in it ${sections.length === 1 ? 'is' : 'are'} not in the vault.`,
    'Import them too, or delete the file yourself.',
  );
