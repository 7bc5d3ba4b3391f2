import { pairs } from './names-namespace.ts';

/** What server 8.1 says of itself, in its order, with what a quiet node says. Live values are laid over these. */
const statistics = `
  failed_best_practices=true cluster_size=0 cluster_key=AC1EB3ED30A9 cluster_generation=1 cluster_principal=B1
  cluster_min_compatibility_id=15 cluster_max_compatibility_id=15 cluster_integrity=true cluster_is_member=true
  cluster_duplicate_nodes=null cluster_clock_skew_stop_writes_sec=0 cluster_clock_skew_ms=0
  cluster_clock_skew_outliers=null uptime=0 system_total_cpu_pct=10 system_user_cpu_pct=7 system_kernel_cpu_pct=3
  system_free_mem_kbytes=22768428 system_free_mem_pct=92 host_free_mem_kbytes=22768428 host_free_mem_pct=92
  system_thp_mem_kbytes=0 process_cpu_pct=4 threads_joinable=8 threads_detached=95 threads_pool_total=26
  threads_pool_active=21 heap_allocated_kbytes=4505908 heap_active_kbytes=4533400 heap_mapped_kbytes=4672512
  heap_efficiency_pct=99 heap_site_count=0 objects=0 tombstones=0 info_queue=0 rw_in_progress=0 proxy_in_progress=0
  tree_gc_queue=0 client_connections=0 client_connections_opened=0 client_connections_closed=0 admin_connections=0
  admin_connections_opened=0 admin_connections_closed=0 heartbeat_connections=1 heartbeat_connections_opened=2
  heartbeat_connections_closed=0 fabric_connections=24 fabric_connections_opened=24 fabric_connections_closed=0
  heartbeat_received_self=0 heartbeat_received_foreign=0 reaped_fds=0 info_complete=0 info_timeout=0
  demarshal_error=0 early_tsvc_client_error=0 early_tsvc_from_proxy_error=0 early_tsvc_from_proxy_batch_sub_error=0
  long_queries_active=0 batch_index_initiate=0 batch_index_queue=0:0,0:0 batch_index_complete=0 batch_index_error=0
  batch_index_timeout=0 batch_index_delay=0 batch_index_unused_buffers=0 batch_index_huge_buffers=0
  batch_index_created_buffers=0 batch_index_destroyed_buffers=0 batch_index_proto_uncompressed_pct=0.000
  batch_index_proto_compression_ratio=1.000 paxos_principal=B1 time_since_rebalance=0 migrate_allowed=true
  migrate_partitions_remaining=0 fabric_bulk_send_rate=0 fabric_bulk_recv_rate=0 fabric_ctrl_send_rate=0
  fabric_ctrl_recv_rate=0 fabric_meta_send_rate=0 fabric_meta_recv_rate=0 fabric_rw_send_rate=0 fabric_rw_recv_rate=0
  deprecated_requests=0`;

const service = `
  advertise-ipv6=false auto-pin=none batch-index-threads=2 batch-max-buffers-per-queue=255 batch-max-requests=0
  batch-max-unused-buffers=256 cgroup-mem-tracking=false cluster-name= debug-allocations=false
  disable-udf-execution=false enable-benchmarks-fabric=false enable-health-check=false enable-hist-info=false
  enforce-best-practices=false indent-allocations=false info-max-ms=10000 info-threads=16 keep-caps-ssd-health=false
  log-local-time=false log-millis=false microsecond-histograms=false migrate-fill-delay=0 migrate-max-num-incoming=4
  migrate-threads=1 min-cluster-size=1 node-id= node-id-interface=null os-group-perms=false pidfile=null
  poison-allocations=false proto-fd-idle-ms=0 proto-fd-max=15000 quarantine-allocations=0 query-max-done=100
  query-threads-limit=128 run-as-daemon=true secrets-address-port=null secrets-tls-context=null secrets-uds-path=null
  service-threads=2 sindex-builder-threads=4 sindex-gc-period=10 stay-quiesced=false ticker-interval=10
  tls-refresh-period=0 transaction-max-ms=1000 transaction-retry-ms=1002 vault-ca=null vault-namespace=null
  vault-path=null vault-token-file=null vault-url=null work-directory=/opt/aerospike`;

const network = `
  service.port=3000 service.address=127.0.0.1 service.access-port=0 service.access-address=127.0.0.1
  service.alternate-access-port=0 service.tls-port=0 service.tls-access-port=0 service.tls-alternate-access-port=0
  service.tls-name=null service.disable-localhost=false admin.port=3003 admin.address=127.0.0.1 admin.tls-port=0
  admin.tls-name=null admin.disable-localhost=false heartbeat.mode=mesh heartbeat.address=127.0.0.1
  heartbeat.port=3002 heartbeat.tls-port=0 heartbeat.tls-name=null heartbeat.mesh-seed-address-port=127.0.0.1:3012
  heartbeat.interval=150 heartbeat.timeout=10 heartbeat.connect-timeout-ms=500 heartbeat.mtu=65536
  heartbeat.protocol=v3 fabric.address=127.0.0.1 fabric.tls-port=0 fabric.tls-name=null fabric.channel-bulk-fds=2
  fabric.channel-bulk-recv-threads=4 fabric.channel-ctrl-fds=1 fabric.channel-ctrl-recv-threads=4
  fabric.channel-meta-fds=1 fabric.channel-meta-recv-threads=4 fabric.channel-rw-fds=8 fabric.channel-rw-recv-pools=1
  fabric.channel-rw-recv-threads=16 fabric.keepalive-enabled=true fabric.keepalive-intvl=1 fabric.keepalive-probes=10
  fabric.keepalive-time=1 fabric.latency-max-ms=5 fabric.port=3001 fabric.recv-rearm-threshold=1024
  fabric.send-threads=8`;

/** Of an enterprise server with security on. */
const security =
  'enable-quotas=true ldap.polling-period=300 ldap.session-ttl=86400 privilege-refresh-period=300 session-ttl=86400 tps-weight=2';

export const nodeStatistics: readonly (readonly [string, string])[] = pairs(statistics);
export const serviceConfiguration: readonly (readonly [string, string])[] = pairs(service);
export const networkConfiguration: readonly (readonly [string, string])[] = pairs(network);
export const securityConfiguration: readonly (readonly [string, string])[] = pairs(security);
