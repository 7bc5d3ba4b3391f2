import type { FakeNode } from '../../../support/aerospike-fake-cluster.ts';
import * as sample from './samples.ts';

type Facts = Readonly<Record<string, string>>;

/** Three nodes, of which A1 is changed; `all` changes every one. */
const nodes = (changed: Facts, all: Facts = {}): FakeNode[] =>
  ['A1', 'B1', 'C1'].map((id) => sample.node8(id, { ...all, ...(id === 'A1' ? changed : {}) }));
const namespace = (facts: Facts): Facts => ({ 'namespace/orders': sample.text({ ...sample.namespace8, ...facts }) });
const node = (facts: Facts): Facts => ({ statistics: sample.text({ ...sample.statistics8, ...facts }) });

const onNamespace =
  (facts: Facts, more: Facts = {}) =>
  (): FakeNode[] =>
    nodes({ ...namespace(facts), ...more });
const onAllNamespaces =
  (facts: Facts, more: Facts = {}) =>
  (): FakeNode[] =>
    nodes({}, { ...namespace(facts), ...more });
const onNode =
  (facts: Facts, more: Facts = {}) =>
  (): FakeNode[] =>
    nodes({ ...node(facts), ...more });
const answers = (changed: Facts) => (): FakeNode[] => nodes(changed);
const answersOfAll = (changed: Facts) => (): FakeNode[] => nodes({}, changed);
const xdr = (stats: string) =>
  answersOfAll({
    'get-config:context=xdr': 'dcs=FAR;src-id=0',
    'get-stats:context=xdr;dc=FAR;namespace=orders': stats,
  });
const set = (limits: string): Facts => ({
  'sets/orders': `ns=orders:set=items:objects=1000:tombstones=0:data_used_bytes=10:${limits};`,
});
const queries = (name: string) => onNamespace({ [`${name}_complete`]: '100', [`${name}_error`]: '20' });

/** For each rule a cluster in which it fires. */
export const sicknesses: Readonly<Record<string, () => FakeNode[]>> = {
  'stop-writes': onNamespace({ stop_writes: 'true', data_used_pct: '71' }),
  'clock-skew-stop-writes': onNamespace({ clock_skew_stop_writes: 'true' }),
  'near-stop-writes': onNamespace({ data_used_pct: '65' }),
  'set-limit-reached': answers(set('stop-writes-count=1000')),
  'set-near-limit': answers(set('stop-writes-count=1100')),
  'stop-writes-off': onNamespace({ 'storage-engine.stop-writes-used-pct': '0' }),
  'clock-skew': onNode({ cluster_clock_skew_ms: '9000' }),
  'node-silent': () => [...nodes({}).slice(0, 2), sample.silentNode('C1')],
  'cluster-integrity': onNode({ cluster_integrity: 'false' }),
  'cluster-keys-differ': onNode({ cluster_key: 'OTHER' }),
  'cluster-sizes-differ': onNode({ cluster_size: '1' }),
  'nodes-unseen': answersOfAll(node({ cluster_size: '5' })),
  'principals-differ': onNode({ cluster_principal: 'A1' }),
  'duplicate-node-ids': onNode({ cluster_duplicate_nodes: 'A1' }),
  'builds-differ': answers({ build: '8.0.0.1' }),
  'restarted-lately': onNode({ uptime: '60' }),
  quiesced: onNamespace({ effective_is_quiesced: 'true' }),
  'dead-partitions': onNamespace({ dead_partitions: '4' }),
  'unavailable-partitions': onNamespace({ unavailable_partitions: '4' }),
  migrating: onNamespace({ migrate_tx_partitions_remaining: '7' }),
  'migrations-stuck': onNamespace({ migrate_tx_partitions_remaining: '7' }),
  'fewer-copies-than-wanted': onAllNamespaces({ ns_cluster_size: '1', effective_replication_factor: '1' }),
  'copies-not-in-force': onAllNamespaces({ 'replication-factor': '1' }),
  'one-copy': onAllNamespaces({ 'replication-factor': '1', effective_replication_factor: '1' }),
  'nodes-equal-copies': () => nodes({}, node({ cluster_size: '2' })).slice(0, 2),
  'namespace-not-everywhere': answers({ 'namespace/orders': 'type=unknown' }),
  'community-cluster-size': () => Array.from({ length: 8 }, (_, at) => sample.node8(`A${at}`, sample.community)),
  'best-practices': answers({ 'best-practices': 'failed_best_practices=swappiness,min-free-kbytes' }),
  'server-outliers': answers({ 'health-outliers': 'id=B1:confidence_pct=100:reason=fabric_connections_opened' }),
  'hwm-breached': onNamespace({ hwm_breached: 'true' }),
  'evicted-records': onNamespace({ evicted_objects: '5000' }),
  'low-available': onNamespace({ data_avail_pct: '15' }),
  'fragmented-storage': onNamespace({ data_avail_pct: '50' }),
  'cannot-lose-a-node': onAllNamespaces({ data_used_bytes: '7516192768' }),
  'low-system-memory': onNode({ system_free_mem_pct: '15' }),
  'out-of-system-memory': onNode({ system_free_mem_pct: '5' }),
  'index-memory-large': onNamespace({ sindex_used_bytes: '2147483648', data_used_bytes: '1000' }),
  'index-mount-full': onNamespace({ index_mounts_used_pct: '85' }),
  'record-count-limit': onNamespace({ objects: '4000000000' }, sample.community),
  'bin-names-run-out': onNamespace({ available_bin_names: '100' }, { build: '6.4.0.9' }),
  'many-sets': answers({
    'sets/orders': Array.from({ length: 3100 }, (_, at) => `ns=orders:set=s${at}:objects=1`).join(';'),
  }),
  'many-tombstones': onNamespace({ tombstones: '200000' }),
  'write-queue': onNamespace({ 'storage-engine.device[0].write_q': '5' }),
  'shadow-queue': onNamespace({ 'storage-engine.device[0].shadow_write_q': '500' }),
  'defrag-queue': onNamespace({ 'storage-engine.device[0].defrag_q': '400' }),
  'device-worn': onNamespace({ 'storage-engine.device[0].age': '95' }),
  'cache-misses': onNamespace({ cache_read_pct: '1', client_read_success: '2000000' }),
  'transparent-huge-pages': onNode({ system_thp_mem_kbytes: '500000' }),
  swapping: onNode({ system_swapping: 'true' }),
  'heap-fragmented': onNode({ heap_efficiency_pct: '40' }),
  'node-connections-unstable': onNode({ heartbeat_connections_closed: '40000' }),
  'index-missing': answers({ 'sindex-list:namespace=orders': '' }),
  'index-failed': answers({ 'sindex-list:namespace=orders': sample.sindexText.replace('RW', 'ERROR') }),
  'index-building': answers({ 'sindex-list:namespace=orders': sample.sindexText.replace('RW', 'WO') }),
  'index-differs': answers({ 'sindex-list:namespace=orders': sample.sindexText.replace('numeric', 'string') }),
  'index-empty': answersOfAll({
    'sindex-stat:namespace=orders;indexname=idx_total': 'entries=0;used_bytes=1;load_pct=100',
  }),
  'many-indexes': answers({
    'sindex-list:namespace=orders': Array.from(
      { length: 210 },
      (_, at) => `ns=orders:indexname=i${at}:set=items:bin=b:state=RW`,
    ).join(';'),
  }),
  'udf-missing': answers({ 'udf-list': '' }),
  'udf-differs': answers({ 'udf-list': 'filename=totals.lua,hash=00,type=LUA;' }),
  'roster-pending': answersOfAll({ 'roster:namespace=orders': 'roster=A1:pending_roster=A1,B1:observed_nodes=A1' }),
  'roster-empty': onAllNamespaces({ 'strong-consistency': 'true' }),
  'roster-not-observed': answersOfAll({
    'roster:namespace=orders': 'roster=A1@1,B1@1:pending_roster=A1@1,B1@1:observed_nodes=A1@1',
  }),
  'racks-unbalanced': answersOfAll({ 'racks:namespace=orders': 'ns=orders:rack_0=A1,B1:rack_1=C1' }),
  'rack-id-not-in-force': answersOfAll({ 'racks:namespace=orders': 'ns=orders:rack_1=A1,B1,C1' }),
  'xdr-lag': xdr('lag=60;success=5'),
  'xdr-abandoned': xdr('lag=0;abandoned=3'),
  'xdr-retries': xdr('lag=0;success=1000;retry_dest=500'),
  'long-queries': answers({ 'query-show': sample.jobText.replace('run-time=12000', 'run-time=900000') }),
  'queries-near-limit': onNode({ long_queries_active: '120' }),
  'read-errors': onNamespace({ client_read_error: '20000' }),
  'read-timeouts': onNamespace({ client_read_timeout: '20000' }),
  'write-errors': onNamespace({ client_write_error: '20000' }),
  'write-timeouts': onNamespace({ client_write_timeout: '20000' }),
  'delete-errors': onNamespace({ client_delete_success: '2000', client_delete_error: '200' }),
  'delete-timeouts': onNamespace({ client_delete_success: '2000', client_delete_timeout: '200' }),
  'udf-errors': onNamespace({ client_udf_complete: '2000', client_udf_error: '200' }),
  'udf-timeouts': onNamespace({ client_udf_complete: '2000', client_udf_timeout: '200' }),
  'batch-errors': onNamespace({ batch_sub_read_success: '2000', batch_sub_write_error: '200' }),
  'batch-timeouts': onNamespace({ batch_sub_read_success: '2000', batch_sub_read_timeout: '200' }),
  'reads-not-found': onNamespace({ client_read_not_found: '400000' }),
  'deletes-not-found': onNamespace({ client_delete_success: '2000', client_delete_not_found: '2000' }),
  'proxied-operations': onNamespace({ client_proxy_complete: '90000' }),
  'proxy-errors': onNamespace({ client_proxy_complete: '2000', client_proxy_error: '500' }),
  'service-errors': onNamespace({ client_tsvc_timeout: '20000' }),
  'key-busy': onNamespace({ fail_key_busy: '2000' }),
  'generation-conflicts': onNamespace({ fail_generation: '20000' }),
  'pi-query-short-basic-errors': queries('pi_query_short_basic'),
  'pi-query-long-basic-errors': queries('pi_query_long_basic'),
  'pi-query-aggr-errors': queries('pi_query_aggr'),
  'pi-query-udf-bg-errors': queries('pi_query_udf_bg'),
  'pi-query-ops-bg-errors': queries('pi_query_ops_bg'),
  'si-query-short-basic-errors': queries('si_query_short_basic'),
  'si-query-long-basic-errors': queries('si_query_long_basic'),
  'si-query-aggr-errors': queries('si_query_aggr'),
  'si-query-udf-bg-errors': queries('si_query_udf_bg'),
  'si-query-ops-bg-errors': queries('si_query_ops_bg'),
  'records-too-big': onNamespace({ fail_record_too_big: '3' }),
  'xdr-writes-fail': onNamespace({ xdr_client_write_success: '100', xdr_client_write_error: '50' }),
  'connections-near-limit': onNode({ client_connections: '14000' }),
  'connections-churn': onNode({ client_connections_opened: '86400000' }),
  'malformed-requests': onNode({ demarshal_error: '1000' }),
  'batch-requests-fail': onNode({ batch_index_error: '5000' }),
  'batch-queue': onNode({ batch_index_queue: '3:240,0:0' }),
  'work-in-progress': onNode({ rw_in_progress: '20000' }),
  'objects-unbalanced': onNamespace({ master_objects: '90000' }),
  'copies-differ': onAllNamespaces({ prole_objects: '20000' }),
  'operations-hot-spot': onNamespace({ client_read_success: '900000000' }),
  'connections-hot-spot': onNode({ client_connections: '900' }),
  'processor-hot-spot': onNode({ system_total_cpu_pct: '380' }),
  'capacities-differ': onNamespace({ data_total_bytes: '5368709120' }),
  'service-config-differs': answers({ 'get-config:context=service': sample.service8.replace('15000', '20000') }),
  'network-config-differs': answers({
    'get-config:context=network': sample.network8.replace('interval=150', 'interval=160'),
  }),
  'security-config-differs': answers({
    'get-config:context=security': 'enable-security=true;privilege-refresh-period=60',
  }),
  'namespace-config-differs': answers({
    'get-config:context=namespace;namespace=orders': sample.namespaceConfig8.replace(
      'defrag-sleep=1000',
      'defrag-sleep=500',
    ),
  }),
  'expiry-switched-off': onAllNamespaces({ 'default-ttl': '3600', 'nsup-period': '0' }),
  'some-records-never-expire': onAllNamespaces({ non_expirable_objects: '30000' }),
  'expiry-cycle-long': onNamespace({ nsup_cycle_duration: '500' }),
  'evicts-below-defrag': onAllNamespaces({ 'storage-engine.evict-used-pct': '30' }),
  'defrag-unusual': onAllNamespaces({ 'storage-engine.defrag-lwm-pct': '60' }),
  'data-in-memory': onAllNamespaces({ 'storage-engine.data-in-memory': 'true' }),
  'commit-to-device': onAllNamespaces({ 'storage-engine.commit-to-device': 'true' }),
  'expunge-with-strong-consistency': onAllNamespaces({
    'strong-consistency': 'true',
    'strong-consistency-allow-expunge': 'true',
  }),
  'heartbeat-timing': answersOfAll({
    'get-config:context=network': sample.network8.replace('interval=150', 'interval=500'),
  }),
  'migrate-threads-raised': answersOfAll({
    'get-config:context=service': sample.service8.replace('migrate-threads=1', 'migrate-threads=4'),
  }),
  'security-off': answersOfAll({ 'get-config:context=security': 'enable-security=false' }),
  'community-no-security': answersOfAll(sample.community),
  'tls-off': answersOfAll({
    'get-config:context=network': sample.network8.replace('service.port=0', 'service.port=3000'),
  }),
};
