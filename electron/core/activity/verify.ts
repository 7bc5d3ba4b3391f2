import type { Anchor, Break } from './anchor.ts';
import { decodeLine, type Head, macOf } from './line.ts';
import { fileName, type RecordFiles } from './record-files.ts';

export interface Verdict {
  ok: boolean;
  /** How many lines were checked. */
  lines: number;
  message: string;
  firstBad: Break | null;
}

/** Walks the whole chain from the oldest file that is kept to `head`, and compares it with the anchor in the store. */
export const verifyRecord = async (record: RecordFiles, anchor: Anchor, head: Head, key: Buffer): Promise<Verdict> => {
  let lines = 0;
  let previousMac: string | null = null;
  let isAnchored = anchor.seq === 0;
  const bad = (file: string, line: number, why: string): Verdict => ({
    ok: false,
    lines,
    message: `The record was altered: ${why} (${file}, line ${line}).`,
    firstBad: { file, line, why },
  });
  for (let number = anchor.oldest; number <= anchor.newest; number += 1) {
    const file = fileName(number);
    const texts = await record.lines(number);
    if (texts.length === 0) return bad(file, 0, 'this file is missing or empty');
    for (const [index, text] of texts.entries()) {
      const decoded = decodeLine(text);
      if (decoded === null) return bad(file, index + 1, 'this is not a line of the record');
      const { json, body, mac } = decoded;
      // The oldest kept file says itself where the chain was; its own MAC vouches for that.
      const before: string = previousMac ?? (typeof body.previousMac === 'string' ? body.previousMac : '');
      const isStart = body.kind === 'record-file-started';
      if (isStart !== (index === 0)) return bad(file, index + 1, 'lines are missing or were moved');
      if (macOf(json, before, key) !== mac)
        return bad(file, index + 1, 'this line, or the one before it, is not what was written');
      if (body.seq === anchor.seq && mac === anchor.mac) isAnchored = true;
      previousMac = mac;
      lines += 1;
    }
  }
  const last = fileName(anchor.newest);
  if (!isAnchored || previousMac !== head.mac) return bad(last, lines, 'lines are missing at the end');
  const [found] = anchor.breaks;
  if (found !== undefined) return bad(found.file, found.line, found.why);
  return { ok: true, lines, message: `${lines} lines, none altered, none missing.`, firstBad: null };
};
