import { count } from '../../ops/statistics.ts';
import { isOlder } from '../../info/builds.ts';
import { bytesText } from '../../ops/statistics.ts';
import { acrossNodesRule, namespaceRule, nodeRule, percent, type Rule } from '../rule.ts';

/** Space that runs short before anything stops. */
export const capacityRules: readonly Rule[] = [
  namespaceRule({
    id: 'hwm-breached',
    title: 'Eviction has begun',
    severity: 'warning',
    why: 'Above its high-water mark a namespace deletes records before they expire, those nearest to expiry first.',
    act: 'Add capacity, shorten lifetimes, or switch eviction off where data must not be lost.',
    see: ({ figures }) => (figures.hwmBreached ? 'hwm_breached=true' : null),
  }),
  namespaceRule({
    id: 'evicted-records',
    title: 'Records were evicted',
    severity: 'info',
    why: 'Evicted records are gone before their time.',
    act: 'If that is not a cache, give the namespace more space.',
    see({ facts, figures }) {
      const evicted = count(facts, ['evicted_objects']);
      return evicted > 0n && evicted * 100n >= figures.objects ? `${evicted} since the node started` : null;
    },
  }),
  namespaceRule({
    id: 'low-available',
    title: 'Little contiguous space',
    severity: 'warning',
    why: 'Writes need free blocks; below 20% defragmentation may not keep up.',
    act: 'Add devices or delete data; raise defragmentation (defrag-lwm-pct, defrag-sleep).',
    see: ({ figures: { dataAvailPct: available } }) =>
      available !== null && available < 20 ? `${percent(available)} available` : null,
  }),
  namespaceRule({
    id: 'fragmented-storage',
    title: 'Fragmented storage',
    severity: 'warning',
    why: 'Space is free but not in whole blocks, so it cannot be written to.',
    act: 'Let defragmentation run faster: lower defrag-sleep, look at defrag_q.',
    see({ figures: { storage, dataUsedPct: used, dataAvailPct: available } }) {
      if (storage === 'memory' || used === null || available === null) return null;
      const scattered = 100 - used - available;
      return scattered > 30 ? `${percent(scattered)} of the storage is free but scattered` : null;
    },
  }),
  acrossNodesRule({
    id: 'cannot-lose-a-node',
    title: 'The others cannot take a node’s data',
    severity: 'warning',
    why: 'When a node leaves, its share moves to the others, which would then fill up.',
    act: 'Add nodes or storage before maintenance.',
    see(_namespace, held) {
      const used = held.map(({ figures }) => Number(figures.dataUsedBytes ?? 0n));
      const free = held.map(
        ({ figures }) => Number(figures.dataTotalBytes ?? 0n) - Number(figures.dataUsedBytes ?? 0n),
      );
      const known = held.every(({ figures }) => figures.dataTotalBytes !== null && figures.dataTotalBytes > 0n);
      const factor = held[0]?.figures.effectiveReplicationFactor ?? 1;
      // With as many copies as nodes nothing moves: there is nobody to take it.
      if (!known || held.length < 2 || held.length <= factor) return null;
      const moved = Math.max(...used) / (held.length - 1);
      return Math.min(...free) < moved
        ? `${bytesText(moved)} would come to a node with ${bytesText(Math.min(...free))} free`
        : null;
    },
  }),
  nodeRule({
    id: 'low-system-memory',
    title: 'Little free memory',
    severity: 'warning',
    why: 'Indexes grow in memory, and the kernel kills a server that takes the last of it.',
    act: 'See what grows (index, sindex, data in memory), add memory or nodes.',
    see({ number }) {
      const free = number('system_free_mem_pct');
      return free !== null && free < 20 && free >= 10 ? `${percent(free)} free` : null;
    },
  }),
  nodeRule({
    id: 'out-of-system-memory',
    title: 'Memory is nearly gone',
    severity: 'critical',
    why: 'The kernel may kill the server at any moment.',
    act: 'Take load or data off this node at once.',
    see({ number }) {
      const free = number('system_free_mem_pct');
      return free !== null && free < 10 ? `${percent(free)} free` : null;
    },
  }),
  namespaceRule({
    id: 'index-memory-large',
    title: 'Secondary indexes take much memory',
    severity: 'info',
    why: 'Secondary indexes live in memory unless placed elsewhere.',
    act: 'Drop indexes that no query uses (aerospike_list_indexes).',
    see({ facts, figures }) {
      const secondary = count(facts, ['sindex_used_bytes', 'memory_used_sindex_bytes']);
      const data = figures.dataUsedBytes ?? 0n;
      return secondary > 2n ** 30n && secondary > data ? `${bytesText(secondary)}, more than the data itself` : null;
    },
  }),
  namespaceRule({
    id: 'index-mount-full',
    title: 'The index device fills up',
    severity: 'critical',
    why: 'Without space for its index a namespace takes no new record.',
    act: 'Enlarge the mount or its budget.',
    see({ number }) {
      const seen = [
        ...['index_mounts_used_pct', 'sindex_mounts_used_pct', 'index_flash_used_pct', 'index_pmem_used_pct'],
        ...['sindex_flash_used_pct', 'sindex_pmem_used_pct'],
      ].filter((name) => (number(name) ?? 0) >= 80);
      return seen.length === 0 ? null : seen.map((name) => `${name}=${number(name) ?? ''}`).join(', ');
    },
  }),
  namespaceRule({
    id: 'record-count-limit',
    title: 'Near the records that one node can index',
    severity: 'warning',
    why: 'A namespace indexes at most 4,294,967,296 records on a node of the Community edition.',
    act: 'Add nodes.',
    see({ figures, node }) {
      if (/enterprise|federal/i.test(node.edition)) return null;
      const held = figures.objects + figures.tombstones;
      return held > 3_435_973_836n ? `${held} records on this node` : null;
    },
  }),
  namespaceRule({
    id: 'bin-names-run-out',
    title: 'Bin names run out',
    severity: 'warning',
    why: 'Before 7.0 a namespace takes some 32,000 to 65,000 distinct bin names, and never gives one back.',
    act: 'Stop making bin names from data; upgrade to 7.0, which has no such limit.',
    see({ node, number }) {
      const left = number('available_bin_names') ?? number('available-bin-names');
      return left !== null && isOlder(node.build, '7.0') && left < 3200 ? `${left} names left` : null;
    },
  }),
  acrossNodesRule({
    id: 'many-sets',
    title: 'Many sets',
    severity: 'warning',
    why: 'A namespace takes 1,023 sets before 7.0 and 4,095 since; names are never given back.',
    act: 'Do not make sets from data; put the distinction into a bin.',
    see(namespace, held, { sets }) {
      const isOld = held.some(({ node }) => isOlder(node.build, '7.0'));
      const most = Math.max(
        0,
        ...[...(sets.get(namespace) ?? new Map<string, never[]>()).values()].map((of) => of.length),
      );
      return most >= (isOld ? 750 : 3000) ? `${most} sets of at most ${isOld ? 1023 : 4095}` : null;
    },
  }),
  namespaceRule({
    id: 'many-tombstones',
    title: 'Many tombstones',
    severity: 'info',
    why: 'Durably deleted records keep an index entry until the tomb raider takes it.',
    act: 'Look at tomb-raider-eligible-age and tomb-raider-period.',
    see: ({ figures: { tombstones, objects } }) =>
      tombstones > 100_000n && tombstones * 5n > objects ? `${tombstones} tombstones beside ${objects} records` : null,
  }),
];
