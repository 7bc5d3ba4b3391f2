import { figure, list, pairs, records } from './parse.ts';

/** Strong consistency: who is meant to hold the data, who will be after the next recluster, who is there. */
export interface Roster {
  active: string[];
  pending: string[];
  observed: string[];
}

/** `roster=A1@1,B1@2:pending_roster=…:observed_nodes=…`, with or without `ns=`. `null` stands for an empty one. */
export function roster(text: string): Roster | null {
  const [first] = list(text);
  const facts = pairs(first ?? '', ':');
  if (!facts.has('roster')) return null;
  const nodes = (name: string): string[] => list(facts.get(name) ?? '', ',').filter((node) => node !== 'null');
  return { active: nodes('roster'), pending: nodes('pending_roster'), observed: nodes('observed_nodes') };
}

export interface Rack {
  id: number;
  nodes: string[];
}

/** `ns=test:rack_1=A1,B1:rack_2=C1`; with strong consistency also `roster_rack_1=…`, which then counts. */
export function racks(text: string): Rack[] {
  const [facts = new Map<string, string>()] = records(text);
  const named = (prefix: string): Rack[] =>
    [...facts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, nodes]) => ({ id: figure(name.slice(prefix.length)) ?? 0, nodes: list(nodes, ',') }));
  const ofRoster = named('roster_rack_');
  return ofRoster.length > 0 ? ofRoster : named('rack_');
}

/** Node ids in `2,3000,[[B1,,[192.0.2.1:3010]]]`. */
export const peers = (text: string): string[] =>
  [...text.matchAll(/\[([0-9A-Za-z]{1,16}),[^,[\]]*,\[/g)].map(([, id]) => id ?? '').filter((id) => id !== '');

export interface Udf {
  name: string;
  hash: string;
  type: string;
}

/** `filename=a.lua,hash=…,type=LUA;` */
export const udfs = (text: string): Udf[] =>
  records(text, ';', ',').flatMap((facts): Udf[] => {
    const name = facts.get('filename');
    return name === undefined ? [] : [{ name, hash: facts.get('hash') ?? '', type: facts.get('type') ?? '' }];
  });

/** How many partitions of each namespace a node is master of, and has any copy of, from `partition-info`. */
export function partitionsHeld(text: string): Map<string, { master: number; replicas: number }> {
  const [header = '', ...rows] = list(text);
  const columns = header.split(':');
  const at = (name: string): number => columns.indexOf(name);
  const held = new Map<string, { master: number; replicas: number }>();
  for (const row of rows) {
    const cells = row.split(':');
    const namespace = cells[0] ?? '';
    const counts = held.get(namespace) ?? { master: 0, replicas: 0 };
    const copies = figure(cells[at('n_replicas')]) ?? 0;
    const replica = figure(cells[at('replica')]) ?? copies;
    // The first in the succession is the master to be. A node without a copy is absent (A), whatever its number.
    if (cells[at('state')] !== 'A' && replica === 0) counts.master += 1;
    else if (cells[at('state')] !== 'A' && replica < copies) counts.replicas += 1;
    held.set(namespace, counts);
  }
  return held;
}
