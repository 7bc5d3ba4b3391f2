import { createHmac } from 'node:crypto';
import { z } from 'zod';

import type { ActivityLine } from './entry.ts';

/** The end of the chain: the number of the last line and its MAC; 0 and '' before the first. */
export interface Head {
  seq: number;
  mac: string;
}

const Body = z.looseObject({ seq: z.int(), at: z.string(), kind: z.string() });

/** A line's text, with the newline: the body as JSON with the MAC of (previous MAC + body) as its last key. */
export const encodeLine = (body: ActivityLine, previousMac: string, key: Buffer): { text: string; mac: string } => {
  const json = JSON.stringify(body);
  const mac = macOf(json, previousMac, key);
  return { text: `${json.slice(0, -1)},"mac":"${mac}"}\n`, mac };
};

/** The body exactly as it was written, what it says, and its MAC; null for what is no line of ours. */
export const decodeLine = (text: string): { json: string; body: ActivityLine; mac: string } | null => {
  const end = text.length - macSuffixLength;
  const mac = macSuffix.exec(text.slice(Math.max(0, end)))?.[1];
  if (end < 1 || mac === undefined) return null;
  const json = `${text.slice(0, end)}}`;
  try {
    return { json, body: Body.parse(JSON.parse(json)), mac };
  } catch {
    return null;
  }
};

export const macOf = (json: string, previousMac: string, key: Buffer): string =>
  createHmac('sha256', key).update(`${previousMac}\n${json}`).digest('hex');

const macSuffix = /^,"mac":"([0-9a-f]{64})"\}$/;
const macSuffixLength = ',"mac":""}'.length + 64;
