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
  const [atReplica, atMaster] = [columns.indexOf('replica'), columns.indexOf('working_master')];
  const held = new Map<string, { master: number; replicas: number }>();
  for (const row of rows) {
    const cells = row.split(':');
    const namespace = cells[0] ?? '';
    const copies = figure(cells[columns.indexOf('n_replicas')]) ?? 0;
    const replica = figure(cells[atReplica]) ?? copies;
    const counts = held.get(namespace) ?? { master: 0, replicas: 0 };
    // The first in the succession is the master to be; while data migrates another may still work as it.
    if (replica === 0 && cells[atMaster] !== undefined) counts.master += 1;
    else if (replica < copies) counts.replicas += 1;
    held.set(namespace, counts);
  }
  return held;
}
