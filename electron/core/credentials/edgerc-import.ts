import { Failure } from '../failure.ts';
import { nameKey, shown } from '../providers/entry-fields.ts';
import type { Edgerc, EdgercSection } from './edgerc-parse.ts';
import { nearest } from './nearest.ts';
import type { CredentialRecord } from './record.ts';
import { revealAll } from './secret-item.ts';
import type { Vault } from './vault.ts';

/** What an import would do with a section. */
export interface SectionPreview {
  section: string;
  line: number;
  status: 'new' | 'changed' | 'identical' | 'refused';
  /** Names of the fields that differ from the vault; never values. */
  changes: string[];
  problems: string[];
  notes: string[];
}

export interface ImportResult {
  /** Of the sections that were asked for, as they were found before the import. */
  sections: SectionPreview[];
  stored: CredentialRecord[];
}

/** Compares each section with the vault. Needs an open store; rejects as `secretsOf` does when it is not. */
export const previewImport = async (edgerc: Edgerc, vault: Vault): Promise<SectionPreview[]> => {
  const previews: SectionPreview[] = [];
  for (const section of edgerc.sections) previews.push(await previewSection(section, vault));
  return previews;
};

/**
 * Stores the sections that are new or changed. Rejects with `not-found` before anything is stored when one asked for does
 * not exist; a section that cannot be stored is `refused` and does not stop the others.
 */
export const importSections = async (
  edgerc: Edgerc,
  vault: Vault,
  wanted: 'all' | readonly string[],
): Promise<ImportResult> => {
  const result: ImportResult = { sections: [], stored: [] };
  for (const section of chosen(edgerc.sections, wanted)) {
    const preview = await previewSection(section, vault);
    result.sections.push(preview);
    try {
      if (preview.status === 'new') result.stored.push((await vault.add('akamai', section.input)).record);
      if (preview.status === 'changed') result.stored.push((await vault.edit(section.name, section.input)).record);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      preview.status = 'refused';
      preview.problems.push(error.message);
    }
  }
  return result;
};

const chosen = (sections: readonly EdgercSection[], wanted: 'all' | readonly string[]): readonly EdgercSection[] => {
  if (wanted === 'all') return sections;
  const keys = new Set(sections.map(({ name }) => nameKey(name)));
  const missing = wanted.find((name) => !keys.has(nameKey(name)));
  if (missing !== undefined) {
    const near = nearest(
      missing,
      sections.map(({ name }) => name),
    ).map((name) => `“${name}”`);
    const hint =
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Look at the preview for the names there are.';
    throw new Failure('not-found', `The file has no section “${shown(missing)}”. Nothing was imported.`, hint);
  }
  const asked = new Set(wanted.map(nameKey));
  return sections.filter(({ name }) => asked.has(nameKey(name)));
};

const previewSection = async (section: EdgercSection, vault: Vault): Promise<SectionPreview> => {
  const { name, line, draft } = section;
  const preview = { section: name, line, changes: [], problems: [...section.problems], notes: [...section.notes] };
  if (draft === null) return { ...preview, status: 'refused' };
  const existing = vault.list().find((record) => nameKey(record.name) === nameKey(name));
  if (existing === undefined) return { ...preview, status: 'new' };
  if (existing.provider !== 'akamai') {
    const problem = `“${existing.name}” is already the name of a credential of another provider`;
    return { ...preview, status: 'refused', problems: [problem] };
  }
  const stored: Record<string, unknown> = { ...existing.fields, ...(await secretsIfAny(vault, existing)) };
  const found: Record<string, unknown> = { ...draft.fields, ...draft.secrets };
  // A field that the file does not have stays as it is in the vault.
  const changes = Object.keys(found).filter((key) => found[key] !== stored[key]);
  return { ...preview, status: changes.length > 0 ? 'changed' : 'identical', changes };
};

const secretsIfAny = async (vault: Vault, { id }: CredentialRecord): Promise<Record<string, string>> => {
  try {
    return revealAll(await vault.secretsOf(id));
  } catch (error) {
    if (error instanceof Failure && ['secret-missing', 'damaged'].includes(error.code)) return {};
    throw error;
  }
};
