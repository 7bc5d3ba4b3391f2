import type { Node } from 'jsonc-parser';

// Changes of a JSON text that leave every byte outside the change as it was. jsonc-parser's own `modify` formats the
// whole line anew, which in a file of one line is the whole file.

/** How this text is written: what a new line in it looks like. */
export interface Style {
  eol: string;
  /** One level of indentation. */
  unit: string;
}

export function styleOf(text: string, root: Node): Style {
  const first = root.children?.[0];
  const indent = first ? indentAt(text, first.offset) : null;
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    unit: indent === null || indent === '' ? '  ' : indent,
  };
}

/** Puts a member at the end of an object, in the way in which the object is written. */
export function withMember(text: string, object: Node, key: string, value: unknown, style: Style): string {
  const members = object.children ?? [];
  const [first] = members;
  const last = members.at(-1);
  const end = object.offset + object.length - 1;
  if (!first || !last) {
    if (!isMultiline(text)) return splice(text, object.offset + 1, end, compact(key, value, true));
    const base = leadingSpace(text, object.offset);
    const indent = base + style.unit;
    return splice(
      text,
      object.offset + 1,
      end,
      `${style.eol}${indent}${spread(key, value, indent, style)}${style.eol}${base}`,
    );
  }
  const indent = indentAt(text, first.offset);
  const isSpread = isMultiline(text.slice(object.offset, first.offset)) && indent !== null;
  const isSpaced = /^\s/.test(text.slice((first.children?.[0]?.offset ?? 0) + (first.children?.[0]?.length ?? 0) + 1));
  const added = isSpread
    ? `,${style.eol}${indent}${spread(key, value, indent, style)}`
    : `,${isSpaced ? ' ' : ''}${compact(key, value, isSpaced)}`;
  const after = last.offset + last.length;
  return splice(text, after, after, added);
}

/** Replaces the value of a member and nothing else. */
export function withValue(text: string, member: Node, value: unknown, style: Style): string {
  const old = member.children?.[1];
  if (!old) return text;
  const indent = indentAt(text, member.offset);
  const written = indent === null ? JSON.stringify(value) : pretty(value, indent, style);
  return splice(text, old.offset, old.offset + old.length, written);
}

/** Takes a member out with the one comma that it brought: the inverse of `withMember`. */
export function withoutMember(text: string, object: Node, member: Node): string {
  const members = object.children ?? [];
  const index = members.indexOf(member);
  const [before, after] = [members[index - 1], members[index + 1]];
  if (after) return splice(text, member.offset, after.offset, '');
  if (before) return splice(text, before.offset + before.length, member.offset + member.length, '');
  return splice(text, object.offset + 1, object.offset + object.length - 1, '');
}

const splice = (text: string, from: number, to: number, added: string): string =>
  text.slice(0, from) + added + text.slice(to);

const isMultiline = (text: string): boolean => /[\r\n]/.test(text);

const lineStart = (text: string, offset: number): number =>
  Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;

/** The white space before something that is the first on its line; null when it is not. */
function indentAt(text: string, offset: number): string | null {
  const start = lineStart(text, offset);
  const before = text.slice(start, offset);
  return start > 0 && /^[ \t]*$/.test(before) ? before : null;
}

const leadingSpace = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';

const compact = (key: string, value: unknown, isSpaced: boolean): string =>
  `${JSON.stringify(key)}:${isSpaced ? ' ' : ''}${JSON.stringify(value)}`;

const spread = (key: string, value: unknown, indent: string, style: Style): string =>
  `${JSON.stringify(key)}: ${pretty(value, indent, style)}`;

const pretty = (value: unknown, indent: string, { eol, unit }: Style): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line, index) => {
      const depth = (/^ */.exec(line)?.[0].length ?? 0) / 2;
      return index === 0 ? line : indent + unit.repeat(depth) + line.trimStart();
    })
    .join(eol);
