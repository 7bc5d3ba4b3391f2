import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { Entry } from '../contract/views.ts';
import { styleOf, withMember, withoutMember, withValue } from './config-text.ts';

/** Why a configuration cannot be changed, and where: lines and columns count from 1. */
export class ConfigProblem extends Error {
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number, what: string) {
    const before = text.slice(0, offset).split(/\r\n|\n|\r/);
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    super(`line ${line}, column ${column}: ${what}`);
    this.line = line;
    this.column = column;
  }
}

const largestBytes = 16 * 1024 * 1024;

/** The text of a configuration file; throws ConfigProblem where its bytes are not UTF-8, or far too many. */
export function decodeConfig(bytes: Buffer): string {
  if (bytes.length > largestBytes) throw new ConfigProblem('', 0, 'it is larger than any configuration should be');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  throw new ConfigProblem('', 0, 'it is not text in UTF-8');
}

/** The servers that the text names, by key; none when the member is missing or the text is empty. */
export function serversIn(text: string, member: string): Map<string, unknown> {
  const { root } = parse(text);
  const container = root && containerOf(text, root, member);
  return new Map(
    (container?.children ?? []).map((child) => [keyOf(child), child.children?.[1] && getNodeValue(child.children[1])]),
  );
}

/**
 * The text with these servers in it, every other byte as it was. A text without content becomes a whole document.
 * Throws ConfigProblem for what is not strict JSON with an object (of objects) in it.
 */
export function withServers(text: string, member: string, servers: ReadonlyMap<string, Entry>): string {
  const { bom, ...parsed } = parse(text);
  let { body, root } = parsed;
  if (!root) {
    return `${bom}${JSON.stringify({ [member]: Object.fromEntries(servers) }, null, 2)}\n`;
  }
  if (!containerOf(body, root, member)) {
    body = withMember(body, root, member, Object.fromEntries(servers), styleOf(body, root));
    return bom + body;
  }
  for (const [key, entry] of servers) {
    root = strictTree(body);
    const style = styleOf(body, root);
    const container = containerOf(body, root, member);
    const known = container?.children?.find((child) => keyOf(child) === key);
    if (known) body = withValue(body, known, entry, style);
    else if (container) body = withMember(body, container, key, entry, style);
  }
  return bom + body;
}

/** The text without these servers; with `dropMember` also without the member that held them, if nothing is left in it. */
export function withoutServers(
  text: string,
  member: string,
  keys: readonly string[],
  { dropMember }: { dropMember: boolean },
): string {
  const { bom, ...parsed } = parse(text);
  let { body, root } = parsed;
  if (!root) return text;
  for (const key of keys) {
    root = strictTree(body);
    const container = containerOf(body, root, member);
    const known = container?.children?.find((child) => keyOf(child) === key);
    if (container && known) body = withoutMember(body, container, known);
  }
  root = strictTree(body);
  const left = root.children?.find((child) => keyOf(child) === member);
  if (dropMember && left?.children?.[1]?.children?.length === 0) body = withoutMember(body, root, left);
  return bom + body;
}

function parse(text: string): { bom: string; body: string; root: Node | null } {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(bom.length);
  // What other programs leave behind that were about to write: no content, nothing to lose.
  return { bom, body, root: body.trim() === '' ? null : strictTree(body) };
}

function strictTree(body: string): Node {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigProblem(body, 0, 'it is nested too deeply');
    throw error;
  }
  const [error] = errors;
  if (error) throw new ConfigProblem(body, error.offset, sentenceFor(body, error));
  assertJson(body);
  if (root?.type !== 'object') throw new ConfigProblem(body, root?.offset ?? 0, 'it holds no object');
  return root;
}

/** The parser above is kind to some texts that Claude's is not. */
function assertJson(body: string): void {
  try {
    JSON.parse(body);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw new ConfigProblem(body, Number(position ?? 0), 'it is not valid JSON');
  }
}

function containerOf(body: string, root: Node, member: string): Node | null {
  refuseTwice(body, root, member);
  const node = findNodeAtLocation(root, [member]);
  if (!node) return null;
  if (node.type !== 'object') throw new ConfigProblem(body, node.offset, `"${member}" is not an object`);
  for (const key of new Set(node.children?.map(keyOf).filter((name) => name.startsWith('chatelaine-'))))
    refuseTwice(body, node, key);
  return node;
}

/** Which of the two counts depends on who reads: nobody can change the right one. */
function refuseTwice(body: string, object: Node, key: string): void {
  const [, second] = (object.children ?? []).filter((child) => keyOf(child) === key);
  if (second) throw new ConfigProblem(body, second.offset, `"${key}" stands there a second time`);
}

const keyOf = (member: Node): string => String(member.children?.[0]?.value);

const sentences: Partial<Record<string, string>> = {
  InvalidCommentToken: 'there is a comment, which this file must not have',
  CommaExpected: 'a comma is missing',
  ColonExpected: 'a colon is missing',
  CloseBraceExpected: 'a closing brace is missing; the file may be cut off',
  CloseBracketExpected: 'a closing bracket is missing; the file may be cut off',
  EndOfFileExpected: 'there is something after the end',
  UnexpectedEndOfString: 'a text has no closing quote; the file may be cut off',
  UnexpectedEndOfComment: 'there is a comment, which this file must not have',
};

function sentenceFor(body: string, { error, offset }: ParseError): string {
  const name = printParseErrorCode(error);
  const isTrailing = name === 'PropertyNameExpected' || name === 'ValueExpected';
  if (isTrailing && /,\s*$/.test(body.slice(0, offset)) && /^[}\]]/.test(body.slice(offset)))
    return 'there is a comma too many before it';
  return sentences[name] ?? 'it is not valid JSON there';
}
