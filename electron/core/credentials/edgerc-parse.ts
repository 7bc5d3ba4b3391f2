import { Failure } from '../failure.ts';
import { akamai } from '../providers/akamai.ts';
import { nameKey, shown } from '../providers/entry-fields.ts';
import type { Draft } from '../providers/provider.ts';

/** A section of an .edgerc file. `draft` is null when there are problems. */
export interface EdgercSection {
  name: string;
  /** The line of its header, from 1. */
  line: number;
  draft: Draft | null;
  /** What `add` and `edit` of the vault take; holds the secrets. */
  input: Record<string, string>;
  /** Why it cannot be imported; never values. */
  problems: string[];
  /** What was ignored or looks odd; never values. */
  notes: string[];
}

export interface Edgerc {
  sections: EdgercSection[];
  /** What is wrong outside of any section. */
  warnings: string[];
}

export const maximumEdgercBytes = 64 * 1024;
const maximumSections = 1000;

const fieldOf: Readonly<Record<string, string>> = {
  host: 'host',
  client_token: 'clientToken',
  client_secret: 'clientSecret',
  access_token: 'accessToken',
  account_key: 'accountSwitchKey',
  account_switch_key: 'accountSwitchKey',
};

/**
 * Reads an .edgerc file line by line, in time linear in its size, without the environment. Akamai's own readers disagree
 * (one cuts values at any `;`, one keeps comments as part of the value, one lets the last of two equal keys win in
 * silence), so what they disagree on is a problem here, and a comment in a line of values needs white space before its
 * `#` or `;`. Throws `too-large` above 64 KiB or 1,000 sections.
 */
export const parseEdgerc = (text: string): Edgerc => {
  if (Buffer.byteLength(text) > maximumEdgercBytes) throw tooLarge('64 KiB');
  const warnings: string[] = [];
  const sections: EdgercSection[] = [];
  let current: EdgercSection | null = null;
  let seen = new Map<string, number>();
  const begin = (name: string, line: number): EdgercSection => {
    if (sections.length === maximumSections) throw tooLarge('1,000 sections');
    const section: EdgercSection = { name, line, draft: null, input: {}, problems: [], notes: [] };
    sections.push(section);
    seen = new Map();
    return section;
  };
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    if (content.startsWith('[')) {
      const name = headerOf(content);
      if (name === null) warnings.push(`Line ${line} is not a section header; what follows it was left out.`);
      current = name === null ? { ...emptySection, line } : begin(name, line);
      continue;
    }
    if (current === null) {
      current = begin('default', line);
      current.notes.push('There is no section header before this; it is taken as [default].');
    }
    readPair(current, content, line, seen);
  }
  refuseRepeated(sections);
  sections.forEach(finish);
  return { sections, warnings };
};

const emptySection: EdgercSection = { name: '', line: 0, draft: null, input: {}, problems: [], notes: [] };

const headerOf = (content: string): string | null => {
  const end = content.indexOf(']');
  const rest = end < 0 ? 'x' : content.slice(end + 1).trim();
  return rest === '' || rest.startsWith('#') || rest.startsWith(';') ? content.slice(1, end).trim() : null;
};

const readPair = (section: EdgercSection, content: string, line: number, seen: Map<string, number>): void => {
  const at = content.search(/[=:]/);
  if (at < 1) {
    section.problems.push(`line ${line} is neither “key = value” nor a comment`);
    return;
  }
  const key = content.slice(0, at).trim().toLowerCase().replaceAll('-', '_');
  const field = Object.hasOwn(fieldOf, key) ? fieldOf[key] : undefined;
  if (field === undefined) {
    // A key that is not known could itself be a pasted secret: only what looks like a key is repeated.
    const shown = /^[a-z_]{1,32}$/.test(key) ? key : 'a key';
    section.notes.push(`${shown} (line ${line}) is not used.`);
    return;
  }
  const before = seen.get(field);
  if (before !== undefined) {
    section.problems.push(`${key} stands in line ${before} and again in line ${line}`);
    return;
  }
  seen.set(field, line);
  const value = valueOf(content.slice(at + 1).trim());
  if (value !== '') section.input[field] = value;
};

/** Quotes around the whole value are dropped; a comment after it, if white space precedes its `#` or `;`. */
const valueOf = (text: string): string => {
  const quote = text.charAt(0);
  if (quote === '"' || quote === "'") {
    if (text.length > 1 && text.endsWith(quote)) return text.slice(1, -1);
    const end = text.indexOf(quote, 1);
    if (end > 0 && /^[ \t]+[#;]/.test(text.slice(end + 1))) return text.slice(1, end);
  }
  const comment = text.search(/[ \t][#;]/);
  return comment < 0 ? text : text.slice(0, comment).trim();
};

const refuseRepeated = (sections: readonly EdgercSection[]): void => {
  const first = new Map<string, EdgercSection>();
  for (const section of sections) {
    const other = first.get(nameKey(section.name));
    if (other === undefined) {
      first.set(nameKey(section.name), section);
      continue;
    }
    const problem = `the name stands in line ${other.line} and again in line ${section.line}; names differ in more than case`;
    if (!other.problems.includes(problem)) other.problems.push(problem);
    section.problems.push(problem);
  }
};

const finish = (section: EdgercSection): void => {
  section.input.name = section.name;
  // A name that is refused is still shown, on terminals among others.
  section.name = shown(section.name);
  const missing = ['host', 'client_token', 'client_secret', 'access_token'].filter(
    (key) => section.input[fieldOf[key] ?? ''] === undefined,
  );
  section.problems.push(...missing.map((key) => `${key} is missing`));
  if (section.problems.length > 0) return;
  try {
    section.draft = akamai.parse(section.input);
    section.name = section.draft.name;
    section.notes.push(...section.draft.warnings);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    section.problems.push(error.message);
  }
};

const tooLarge = (limit: string): Failure =>
  new Failure(
    'too-large',
    `The file has more than ${limit}, so it is hardly an .edgerc file. Nothing was imported.`,
    'Check the path.',
  );
