import { figure, flag, type Facts } from '../../ops/parse.ts';
import { isOlder } from '../../info/builds.ts';
import { namespaceRule, nodeRule, percent, type NamespaceView, type Rule } from '../rule.ts';

/** Sum of a figure over all devices, files or stripes of a namespace. */
const ofDevices = (facts: Facts, name: string): number[] =>
  [...facts].flatMap(([key, value]) => {
    const isDevice = /^storage-engine\.(device|file|stripe)\[\d+\]\./.test(key) && key.endsWith(`].${name}`);
    const number = isDevice ? figure(value) : null;
    return number === null ? [] : [number];
  });

/** 8 MiB since 7.1; before it is configured, 1 MiB by default. */
const blockBytes = ({ number, node }: NamespaceView): number =>
  number('storage-engine.write-block-size') ?? (isOlder(node.build, '7.1') ? 2 ** 20 : 2 ** 23);

/** Devices, their queues, and the host beneath. */
export const storageRules: readonly Rule[] = [
  namespaceRule({
    id: 'write-queue',
    title: 'Devices do not keep up with writes',
    severity: 'critical',
    why: 'When the write cache is full, writes fail with "device overload".',
    act: 'Reduce writes, add devices, or slow defragmentation and migration down.',
    see(view) {
      const cache = view.number('storage-engine.max-write-cache') ?? 64 * 2 ** 20;
      const waiting = Math.max(0, ...ofDevices(view.facts, 'write_q')) * blockBytes(view);
      return cache > 0 && waiting >= cache / 2
        ? `${percent((waiting / cache) * 100)} of the write cache of a device waits`
        : null;
    },
  }),
  namespaceRule({
    id: 'shadow-queue',
    title: 'Shadow devices fall behind',
    severity: 'warning',
    why: 'What is not on the shadow device yet is lost with the instance.',
    act: 'Use faster shadow devices, or write less.',
    see({ facts }) {
      const waiting = Math.max(0, ...ofDevices(facts, 'shadow_write_q'), ...ofDevices(facts, 'backing_write_q'));
      return waiting > 100 ? `${waiting} blocks wait` : null;
    },
  }),
  namespaceRule({
    id: 'defrag-queue',
    title: 'Defragmentation falls behind',
    severity: 'warning',
    why: 'Free space is in blocks that wait to be emptied, while writes need whole ones.',
    act: 'Lower defrag-sleep for a time.',
    see(view) {
      const waiting = ofDevices(view.facts, 'defrag_q').reduce((total, value) => total + value, 0);
      const blocks = Number(view.figures.dataTotalBytes ?? 0n) / blockBytes(view);
      return waiting > 100 && blocks > 0 && waiting / blocks > 0.1
        ? `${waiting} blocks, ${percent((waiting / blocks) * 100)} of all`
        : null;
    },
  }),
  namespaceRule({
    id: 'device-worn',
    title: 'A device nears the end of its life',
    severity: 'warning',
    why: 'The drive itself reports how much of its writing life is used.',
    act: 'Plan its replacement.',
    see({ facts }) {
      const oldest = Math.max(0, ...ofDevices(facts, 'age'));
      return oldest >= 90 ? `${percent(oldest)} of its life` : null;
    },
  }),
  namespaceRule({
    id: 'cache-misses',
    title: 'Few reads come from the cache',
    severity: 'info',
    why: 'Nearly every read goes to the device, though recently written data is often read.',
    act: 'Consider a larger post-write-cache (post-write-queue before 7.1).',
    see({ figures, number }) {
      const hits = number('cache_read_pct');
      const reads = number('client_read_success') ?? 0;
      return figures.storage === 'device' && hits !== null && hits > 0 && hits < 5 && reads > 1e6
        ? percent(hits)
        : null;
    },
  }),
  nodeRule({
    id: 'transparent-huge-pages',
    title: 'Transparent huge pages are in use',
    severity: 'warning',
    why: 'They waste memory and stall the server while the kernel compacts.',
    act: 'Switch THP off on the host.',
    see({ number }) {
      const kbytes = number('system_thp_mem_kbytes') ?? 0;
      return kbytes > 102_400 ? `${Math.round(kbytes / 1024)} MiB` : null;
    },
  }),
  nodeRule({
    id: 'swapping',
    title: 'The host swaps',
    severity: 'critical',
    why: 'A database that waits for swapped pages answers late and falls out of the cluster.',
    act: 'Free memory; set swappiness to 0.',
    see: ({ node }) => (flag(node.statistics.get('system_swapping')) === true ? 'system_swapping=true' : null),
  }),
  nodeRule({
    id: 'heap-fragmented',
    title: 'The heap is fragmented',
    severity: 'warning',
    why: 'The server holds much more memory than it uses.',
    act: 'Watch it; a restart of the node gives memory back.',
    see({ number }) {
      const efficiency = number('heap_efficiency_pct');
      const mapped = number('heap_mapped_kbytes') ?? 0;
      return efficiency !== null && efficiency > 0 && efficiency < 60 && mapped > 2 ** 20
        ? `heap efficiency ${percent(efficiency)}`
        : null;
    },
  }),
  nodeRule({
    id: 'node-connections-unstable',
    title: 'Connections between nodes break',
    severity: 'warning',
    why: 'Heartbeat or fabric connections that come and go mean a bad network, and end in a split cluster.',
    act: 'Look at packet loss, interfaces and firewalls between the nodes.',
    see({ number }) {
      const hours = Math.max(1, (number('uptime') ?? 0) / 3600);
      const closed = (kind: string): number => (number(`${kind}_connections_closed`) ?? 0) / hours;
      const [heartbeat, fabric] = [closed('heartbeat'), closed('fabric')];
      return heartbeat > 60 || fabric > 120
        ? `${Math.round(heartbeat)} heartbeat and ${Math.round(fabric)} fabric connections lost an hour`
        : null;
    },
  }),
];
