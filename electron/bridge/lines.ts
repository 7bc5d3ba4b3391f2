export type RequestId = string | number;

/** How long a line may be, and who is told of a longer one: the id of its message where that could be seen. */
export interface LineLimit {
  bytes: number;
  onTooLong(id: RequestId | null): void;
}

/**
 * Cuts a stream of bytes into lines without their newline; empty lines are dropped. Of a line beyond the limit only its
 * two ends are kept, so that nothing can be made to grow without bound.
 */
export function splitLines(onLine: (line: string) => void, limit: LineLimit): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let head = '';

  function keep(part: Buffer): void {
    parts.push(part);
    size += part.length;
    if (size <= limit.bytes) return;
    const all = head !== '' && part.length > endBytes ? part : Buffer.concat(parts);
    head ||= all.toString('utf8', 0, endBytes);
    parts = [Buffer.from(all.subarray(-endBytes))];
  }

  function endLine(): void {
    const text = Buffer.concat(parts).toString('utf8');
    if (size > limit.bytes) limit.onTooLong(idIn(head, text));
    else if (text.trim() !== '') onLine(text);
    parts = [];
    size = 0;
    head = '';
  }

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  };
}

const newline = 0x0a;
const endBytes = 1024;

const idPattern = String.raw`"id"\s*:\s*(\d{1,16}|"(?:[^"\\]|\\.){0,200}")`;
const version = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
/** The two places in which implementations write the id: first, or last before the one brace that ends the message. */
const idFirst = new RegExp(String.raw`^\s*\{\s*(?:${version}\s*,\s*)?${idPattern}\s*,`);
const idLast = new RegExp(String.raw`${idPattern}\s*(?:,\s*${version}\s*)?\}\s*$`);

function idIn(head: string, tail: string): RequestId | null {
  const [, found] = idFirst.exec(head) ?? idLast.exec(tail) ?? [];
  return found === undefined ? null : (JSON.parse(found) as RequestId);
}
