import type { ToolContext } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import type { Connection, Operation, StoredRecord, Ttl } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { numberIn, parsePairs, parseRows } from '../info/parse.ts';
import type { Bins, RecordKey } from '../values/typed-json.ts';

/** What a write could take away from a record that is there. */
export interface Taking {
  /** Bins set to null, which removes them. */
  removes: readonly string[];
  /** Bins that are there afterwards, whatever was before: with none of them the record may end. */
  leaves: readonly string[];
  isWhole: boolean;
  ttl: Ttl;
}

export const takingOfPut = (bins: Bins, { ttl, isWhole }: { ttl: Ttl; isWhole: boolean }): Taking => ({
  removes: Object.keys(bins).filter((name) => bins[name] === null),
  leaves: Object.keys(bins).filter((name) => bins[name] !== null),
  isWhole,
  ttl,
});

/** The last step on a bin counts. */
export function takingOfSteps(steps: readonly Operation[], ttl: Ttl): Taking {
  const last = new Map<string, 'removes' | 'leaves'>();
  for (const step of steps) {
    if (step.op === 'write') last.set(step.bin, step.value === null ? 'removes' : 'leaves');
    else if (making.includes(step.op) && 'bin' in step && step.bin !== null) last.set(step.bin, 'leaves');
  }
  const named = (what: 'removes' | 'leaves'): string[] =>
    [...last].filter(([, does]) => does === what).map(([name]) => name);
  // A bin that is removed and then made anew has lost what it held.
  const nulled = steps.flatMap((step) => (step.op === 'write' && step.value === null ? [step.bin] : []));
  return { removes: [...new Set(nulled)], leaves: named('leaves'), isWhole: false, ttl };
}

/** Steps after which their bin is there. */
const making: readonly Operation['op'][] = [
  'add',
  'append',
  'prepend',
  'list-append',
  'list-insert',
  'list-set',
  'map-put',
  'map-increment',
];

/** Whether a record that is there could end by this. */
export const mayEnd = ({ removes, leaves }: Taking): boolean => removes.length > 0 && leaves.length === 0;

/** Which bins of the record have to be looked at: all, or none but its generation and time to live. */
export const binsToSee = ({ removes, isWhole }: Taking): [] | null => (isWhole || removes.length > 0 ? null : []);

/** Each loss in words for a person; none: nothing is taken from the record. `defaultSeconds`: null for never. */
export function lossesOf(
  taking: Taking,
  record: StoredRecord | null,
  { defaultSeconds, isDurable }: { defaultSeconds: number | null; isDurable: boolean },
): string[] {
  if (record === null) return [];
  const losses: string[] = [];
  const held = Object.keys(record.bins);
  if (taking.isWhole) losses.push(`REPLACES the whole record (${held.length} ${held.length === 1 ? 'bin' : 'bins'})`);
  const removed = taking.isWhole ? [] : taking.removes.filter((name) => held.includes(name));
  if (removed.length > 0) {
    const rest = [...held.filter((name) => !removed.includes(name)), ...taking.leaves];
    const end = rest.length > 0 ? '' : `, which DELETES the record${isDurable ? ' durably, leaving a tombstone' : ''}`;
    losses.push(`REMOVES ${binNames(removed)}${end}`);
  }
  const { ttl } = taking;
  const seconds = ttl === 'namespace-default' ? defaultSeconds : typeof ttl === 'number' ? ttl : null;
  const lifetime = shorterLife(seconds, record.ttlSeconds);
  return lifetime === null ? losses : [...losses, lifetime];
}

const binNames = (names: readonly string[]): string => {
  const shown = names.slice(0, 8).map((name) => safeLine(name, 15));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `${names.length === 1 ? 'bin' : 'bins'} ${shown.join(', ')}${more}`;
};

/** In words, when a record with `leftSeconds` to live (null: for ever) is given `seconds`; null when it loses nothing. */
export function shorterLife(seconds: number | null, leftSeconds: number | null): string | null {
  if (seconds === null || (leftSeconds !== null && seconds >= leftSeconds)) return null;
  return `expires in ${seconds.toLocaleString('en')} s instead of ${leftSeconds === null ? 'never' : `in ${leftSeconds.toLocaleString('en')} s`}`;
}

/** Seconds that a record written without a lifetime gets; null: it never expires, or the server does not say. */
type DefaultTtl = (of: Pick<RecordKey, 'namespace' | 'set'>) => number | null;

/** Of the namespaces named, and of every set in them that has a default of its own. */
export async function defaultTtlsOf(
  connection: Pick<Connection, 'info'>,
  namespaces: readonly string[],
  context: ToolContext,
): Promise<DefaultTtl> {
  const found = new Map<string, number>();
  const keep = (place: string, facts: ReadonlyMap<string, string>): void => {
    const seconds = numberIn(facts, 'default-ttl') ?? 0;
    if (seconds !== 0) found.set(place, seconds);
  };
  for (const namespace of new Set(namespaces)) {
    const [[inNamespace], [inSets]] = await Promise.all([
      connection.info(infoCommand('namespace', [namespace]), 'any', context),
      connection.info(infoCommand('sets', [namespace]), 'any', context),
    ]);
    if (inNamespace?.ok) keep(namespace, parsePairs(inNamespace.text));
    if (inSets?.ok) for (const row of parseRows(inSets.text)) keep(`${namespace}/${row.get('set') ?? ''}`, row);
  }
  return ({ namespace, set }) => {
    // A set's own default counts before the namespace's; 0 is "none of its own", and 2^32 − 1 "never".
    const seconds = (set === null ? undefined : found.get(`${namespace}/${set}`)) ?? found.get(namespace) ?? 0;
    return seconds <= 0 || seconds >= 4_294_967_295 ? null : seconds;
  };
}
