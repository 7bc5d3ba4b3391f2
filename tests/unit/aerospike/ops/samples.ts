import type { FakeNode } from '../../../support/aerospike-fake-cluster.ts';

/** Answers as servers give them, cut to what is read. 8.x was recorded from a real cluster; 6.x follows its source. */
export const namespace8: Record<string, string> = {
  ns_cluster_size: '3',
  effective_replication_factor: '2',
  objects: '60000',
  tombstones: '0',
  master_objects: '30000',
  prole_objects: '30000',
  dead_partitions: '0',
  unavailable_partitions: '0',
  clock_skew_stop_writes: 'false',
  stop_writes: 'false',
  hwm_breached: 'false',
  non_expirable_objects: '60000',
  expired_objects: '0',
  evicted_objects: '0',
  nsup_cycle_duration: '0',
  index_used_bytes: '3840000',
  set_index_used_bytes: '0',
  sindex_used_bytes: '16777216',
  data_total_bytes: '10737418240',
  data_used_bytes: '1073741824',
  data_used_pct: '10',
  data_avail_pct: '85',
  data_compression_ratio: '1.000',
  effective_is_quiesced: 'false',
  migrate_tx_partitions_active: '0',
  migrate_rx_partitions_active: '0',
  migrate_tx_partitions_remaining: '0',
  migrate_rx_partitions_remaining: '0',
  client_proxy_complete: '0',
  client_proxy_error: '0',
  client_proxy_timeout: '0',
  client_tsvc_error: '0',
  client_tsvc_timeout: '0',
  client_read_success: '500000',
  client_read_error: '0',
  client_read_timeout: '0',
  client_read_not_found: '100',
  client_write_success: '90000',
  client_write_error: '0',
  client_write_timeout: '0',
  client_delete_success: '10',
  client_delete_error: '0',
  client_delete_timeout: '0',
  client_delete_not_found: '0',
  fail_key_busy: '0',
  fail_generation: '0',
  fail_record_too_big: '0',
  'allow-ttl-without-nsup': 'false',
  'default-ttl': '0',
  'evict-indexes-memory-pct': '0',
  'indexes-memory-budget': '0',
  'nsup-period': '120',
  'rack-id': '0',
  'replication-factor': '2',
  'stop-writes-sys-memory-pct': '90',
  'strong-consistency': 'false',
  'strong-consistency-allow-expunge': 'false',
  'index-type': 'mem',
  'sindex-type': 'mem',
  'storage-engine': 'device',
  'storage-engine.device[0]': '/dev/nvme0n1',
  'storage-engine.device[0].age': '3',
  'storage-engine.device[0].write_q': '0',
  'storage-engine.device[0].shadow_write_q': '0',
  'storage-engine.device[0].defrag_q': '0',
  'storage-engine.commit-to-device': 'false',
  'storage-engine.defrag-lwm-pct': '50',
  'storage-engine.evict-used-pct': '0',
  'storage-engine.max-write-cache': '67108864',
  'storage-engine.stop-writes-avail-pct': '5',
  'storage-engine.stop-writes-used-pct': '70',
};

/** 6.4, data in memory alone: sizes are of memory, shares are of what is free. */
export const namespace6Memory: Record<string, string> = {
  objects: '1000',
  master_objects: '500',
  prole_objects: '500',
  tombstones: '0',
  effective_replication_factor: '2',
  stop_writes: 'false',
  hwm_breached: 'true',
  memory_used_bytes: '700',
  memory_used_data_bytes: '600',
  memory_used_index_bytes: '64',
  memory_used_set_index_bytes: '0',
  memory_used_sindex_bytes: '36',
  memory_free_pct: '30',
  available_bin_names: '65000',
  'memory-size': '1000',
  'high-water-memory-pct': '60',
  'stop-writes-pct': '90',
  'replication-factor': '2',
  'storage-engine': 'memory',
};

/** 6.4 on a device. */
export const namespace6Device: Record<string, string> = {
  objects: '10',
  effective_replication_factor: '1',
  memory_used_bytes: '64',
  memory_used_data_bytes: '0',
  memory_used_index_bytes: '640',
  memory_free_pct: '99',
  'memory-size': '100000',
  device_total_bytes: '4000',
  device_used_bytes: '1000',
  device_free_pct: '75',
  device_available_pct: '70',
  device_compression_ratio: '0.500',
  'storage-engine': 'device',
  'storage-engine.data-in-memory': 'false',
  'storage-engine.max-used-pct': '80',
  'storage-engine.min-avail-pct': '5',
};

export const statistics8: Record<string, string> = {
  failed_best_practices: 'false',
  cluster_size: '3',
  cluster_key: 'AC1EB3ED30A9',
  cluster_principal: 'C1',
  cluster_integrity: 'true',
  cluster_duplicate_nodes: 'null',
  cluster_clock_skew_stop_writes_sec: '0',
  cluster_clock_skew_ms: '2',
  uptime: '864000',
  system_total_cpu_pct: '12',
  system_free_mem_pct: '60',
  system_thp_mem_kbytes: '0',
  heap_efficiency_pct: '95',
  heap_mapped_kbytes: '4695040',
  info_queue: '0',
  rw_in_progress: '2',
  proxy_in_progress: '0',
  client_connections: '120',
  client_connections_opened: '5000',
  heartbeat_connections_closed: '2',
  fabric_connections_closed: '1',
  demarshal_error: '0',
  long_queries_active: '0',
  batch_index_queue: '0:0,0:0',
  batch_index_complete: '20000',
  batch_index_error: '0',
  batch_index_timeout: '0',
  time_since_rebalance: '86400',
};

export const service8 =
  'proto-fd-max=15000;query-threads-limit=128;migrate-threads=1;ticker-interval=10;pidfile=/run/asd.pid';
export const network8 =
  'service.port=0;service.tls-port=4333;heartbeat.interval=150;heartbeat.timeout=10;fabric.keepalive-enabled=true';
export const security8 = 'enable-security=true;privilege-refresh-period=300';
export const namespaceConfig8 = 'default-ttl=0;nsup-period=120;replication-factor=2;storage-engine.defrag-sleep=1000';

export const setsText =
  'ns=orders:set=items:objects=40000:tombstones=0:data_used_bytes=700000:truncate_lut=0:sindexes=1:index_populating=false:truncating=false:default-ttl=0:disable-eviction=false:enable-index=false:stop-writes-count=0:stop-writes-size=0;' +
  'ns=orders:set=carts:objects=20000:tombstones=0:data_used_bytes=300000:truncate_lut=0:sindexes=0:index_populating=false:truncating=false:default-ttl=0:disable-eviction=false:enable-index=false:stop-writes-count=100000:stop-writes-size=0;';
export const sindexText =
  'ns=orders:indexname=idx_total:set=items:bin=total:type=numeric:indextype=default:context=null:exp=null:state=RW';
export const sindexStatText =
  'entries=40000;used_bytes=16777216;entries_per_bval=11;entries_per_rec=1;load_pct=100;load_time=25;stat_gc_recs=0';
export const udfText = 'filename=totals.lua,hash=28c18fa09e118ad119a6e39b2b0ccf55ec4a3d74,type=LUA;';
export const jobText =
  'trid=17091645024789390538:ns=orders:set=items:sindex-name=idx_total:n-pids-requested=2065:rps=0:active-threads=1:status=active(ok):job-progress=42.50:run-time=12000:time-since-done=0:recs-succeeded=420:recs-failed=0:from=127.0.0.1+56670:job-type=basic:net-io-bytes=11569:socket-timeout=30000;' +
  'trid=4:ns=billing:set=secret:status=done(user-aborted):job-progress=100.00:run-time=5:time-since-done=9:recs-succeeded=1:recs-failed=0:from=127.0.0.1+1:job-type=background-udf';
export const latencyText =
  'batch-index:;{orders}-read:msec,1200.5,3.10,2.00,1.50,0.90,0.40,0.20,0.10,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00;{orders}-write:msec,0.0,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00;{billing}-read:msec,9.0,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00';

export const text = (facts: Readonly<Record<string, string>>, separator = ';'): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(separator);

/** A healthy node's, in a cluster of so many. */
export const statisticsOf = (size: number): string => text({ ...statistics8, cluster_size: String(size) });

const release = (edition: string): string =>
  `edition=Aerospike ${edition} Edition;version=8.1.2.0;os=debian12;arch=x86_64;sha=${'0'.repeat(40)}`;
/** Answers of a node of the Community edition, where it tells. */
export const community = { release: release('Community') };

/** A healthy node of an Enterprise cluster with the namespaces orders and billing. `more` replaces or adds answers. */
export const node8 = (id: string, more: Readonly<Record<string, string>> = {}): FakeNode => ({
  id,
  answers: new Map(
    Object.entries({
      build: '8.1.2.0',
      release: release('Enterprise'),
      namespaces: 'orders;billing',
      'cluster-name': 'shop',
      statistics: text(statistics8),
      'namespace/orders': text(namespace8),
      'namespace/billing': text(namespace8),
      'sets/orders': setsText,
      'sets/billing':
        'ns=billing:set=secret:objects=5:tombstones=0:data_used_bytes=50:stop-writes-count=0:stop-writes-size=0;',
      'sindex-list:namespace=orders': sindexText,
      'sindex-list:namespace=billing': '',
      'sindex-stat:namespace=orders;indexname=idx_total': sindexStatText,
      'udf-list': udfText,
      'best-practices': 'failed_best_practices=none',
      'health-outliers': '',
      'query-show': '',
      'latencies:v=2': latencyText,
      'get-config:context=service': service8,
      'get-config:context=network': network8,
      'get-config:context=security': security8,
      'get-config:context=xdr': '',
      'get-config:context=namespace;namespace=orders': namespaceConfig8,
      'get-config:context=namespace;namespace=billing': namespaceConfig8,
      'roster:namespace=orders': 'roster=null:pending_roster=null:observed_nodes=null',
      'roster:namespace=billing': 'roster=null:pending_roster=null:observed_nodes=null',
      'racks:namespace=orders': 'ns=orders:rack_0=A1,B1,C1',
      'racks:namespace=billing': 'ns=billing:rack_0=A1,B1,C1',
      'peers-clear-std': '2,3000,[[B1,,[127.0.0.1:3010]],[C1,,[[::1]:3020]]]',
      'partition-info':
        'namespace:partition:state:n_replicas:replica:succession:n_dupl:working_master;orders:0:S:2:0:0:0:A1;orders:1:S:2:1:1:0:0;orders:2:A:2:-1:2:0:0;billing:0:S:2:0:0:0:A1',
      ...more,
    }),
  ),
});

export const silentNode = (id: string): FakeNode => ({ id, answers: null });
