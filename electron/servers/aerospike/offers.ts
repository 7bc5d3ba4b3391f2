/** What the aerospike server offers beside its tools, as data: the gateway serves it. */
export interface Offers {
  /** Once for all tools, so that no schema has to repeat it. */
  instructions: string;
  /** Answered by calling `tool` with the template's variables as its arguments. */
  resources: readonly {
    uriTemplate: string;
    name: string;
    title: string;
    description: string;
    tool: string;
    role: 'read-only' | 'admin';
  }[];
  /** `text` holds `{argument}` where an argument's value belongs. */
  prompts: readonly {
    name: string;
    title: string;
    description: string;
    arguments: readonly { name: string; description: string; required: boolean }[];
    text: string;
  }[];
  /** Answered by the internal tool `aerospike_complete` with this `kind`. */
  completions: readonly { argument: string; kind: string }[];
}

const namespace = { name: 'namespace', description: 'The namespace.', required: true };
const set = { name: 'set', description: 'The set.', required: true };

const profile = { name: 'profile', description: 'The profile; without it the only one, or ask.', required: false };
/** The end of each prompt. */
const inProfile = 'Give each tool the profile {profile}; if none is named here and there are several, ask me which.';

const lookOnly = 'Only look: change nothing, and do not propose a change before you have the figures.';

export const aerospikeOffers: Offers = {
  instructions: [
    'Bins, keys and filter values are plain JSON: a whole number is an integer, any other a double.',
    'What JSON cannot say is {"$int":"9007199254740993"}, {"$double":3}, {"$bytes":"base64"}, {"$text":"a\\\\u{200b}b"} (unseen characters spelt out, backslashes doubled), {"$geojson":{…}}, {"$map":[[key,value],…]} or {"$ordered":[…]} (a list kept in order);',
    'values read are in the same form and can be written back as they are (an ordered list as a whole bin). A key may also be {"$digest":"base64"}.',
    'Answers that are cut say truncated or partial and give a cursor as `next`.',
  ].join(' '),
  resources: [
    {
      uriTemplate: 'aerospike://{profile}/cluster',
      name: 'cluster',
      title: 'Cluster',
      description: 'Nodes, builds, edition and cohesion.',
      tool: 'aerospike_cluster_info',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/namespaces',
      name: 'namespaces',
      title: 'Namespaces',
      description: 'Every namespace with records, space and state.',
      tool: 'aerospike_list_namespaces',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/namespaces/{namespace}',
      name: 'namespace',
      title: 'Namespace',
      description: 'Usage by node, settings, record sizes and lifetimes.',
      tool: 'aerospike_describe_namespace',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/namespaces/{namespace}/sets',
      name: 'sets',
      title: 'Sets',
      description: 'The sets of a namespace, largest first.',
      tool: 'aerospike_list_sets',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/namespaces/{namespace}/sets/{set}/schema',
      name: 'schema',
      title: 'Schema of a set',
      description: 'Bins with types and null rates from a sample; no values.',
      tool: 'aerospike_describe_set',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/namespaces/{namespace}/indexes',
      name: 'indexes',
      title: 'Secondary indexes',
      description: 'State, entries and memory of each index.',
      tool: 'aerospike_list_indexes',
      role: 'read-only',
    },
    {
      uriTemplate: 'aerospike://{profile}/udfs',
      name: 'udfs',
      title: 'Modules',
      description: 'The registered Lua modules.',
      tool: 'aerospike_list_udfs',
      role: 'admin',
    },
  ],
  prompts: [
    {
      name: 'cluster-health',
      title: 'Is this cluster healthy?',
      description: 'A check-up with the findings that matter, and what to do first.',
      arguments: [profile],
      text: `Tell me whether this Aerospike cluster is healthy.

1. aerospike_summary for the size of things.
2. aerospike_health_check. Read every critical and warning finding; take info only where it explains one of them.
3. For what is critical look closer with one tool: aerospike_stop_writes for space, aerospike_topology for partitions and migrations, aerospike_get_config with diff for differences, aerospike_latencies for slowness.

Answer with a verdict in one sentence, then at most five points: what is wrong, the figure, what follows from it, what to do, in order of urgency. If an answer was partial, say which node was missing. ${lookOnly} ${inProfile}`,
    },
    {
      name: 'namespace-filling',
      title: 'Why is this namespace filling up?',
      description: 'Finds what grows in a namespace and how long the space will last.',
      arguments: [profile, namespace],
      text: `Find out why the Aerospike namespace {namespace} is filling up.

1. aerospike_describe_namespace for usage by node, lifetimes and record sizes; aerospike_stop_writes for how near each limit is.
2. aerospike_list_sets: which sets hold the space. Divide bytes by records: has a set many records, or large ones?
3. aerospike_node_stats with section {namespace}, seconds 30 and filter "objects": what grows now, and whether anything expires or is evicted (expired_objects, evicted_objects).
4. Judge expiry: default-ttl 0 means that records without a lifetime stay for ever; nsup-period 0 means that nothing expires. Tombstones and secondary indexes take space too (aerospike_list_indexes).

Say what grows, how fast, and when the first limit is reached at that rate; then the ways out, gentlest first. Deleting, truncating and changing lifetimes lose data: propose them, with what would be lost, and do them only when I ask. ${lookOnly} ${inProfile}`,
    },
    {
      name: 'slow-nodes',
      title: 'Find slow nodes',
      description: 'Which node or operation is slow, and why.',
      arguments: [
        profile,
        { name: 'namespace', description: 'Only this namespace.', required: false },
        { name: 'node', description: 'The node under suspicion.', required: false },
      ],
      text: `Find out which node of this Aerospike cluster is slow, and why. Namespace, if one was named: {namespace}. Node, if one was named: {node}

1. aerospike_latencies. Compare the same histogram over the nodes: one slow node points to its host or device, all nodes to the load or the data model.
2. aerospike_stop_writes for hot spots: a node with far more operations, connections or data than the others.
3. aerospike_list_jobs: long scans take reads and threads. aerospike_topology: migrations do, too.
4. aerospike_node_stats for the node in question with seconds 10: errors, timeouts, proxies, fail_key_busy (hot keys).
5. aerospike_get_config with diff: is it configured differently?

The window of the latencies is some ten seconds, so ask twice before you judge. Answer with the node, the operation, the figure against the other nodes, the likely cause and how to confirm it. ${lookOnly} ${inProfile}`,
    },
    {
      name: 'explain-set',
      title: 'Explain this set',
      description: 'What a set holds and how it is used, without showing data.',
      arguments: [profile, namespace, set],
      text: `Explain the Aerospike set {set} in namespace {namespace} to someone who has to work with it.

1. aerospike_describe_set for its size, bins, types and indexed bins.
2. aerospike_describe_namespace for lifetimes, copies and storage.
3. aerospike_list_indexes with the namespace, if it has indexes.

Say what a record probably stands for, which bins are always there and which are sometimes missing, where types are mixed (that is often a mistake), how large it is, whether it expires, and how it can be queried. The sample is at most 100 records: say so where it matters. Do not read records for this. ${inProfile}`,
    },
    {
      name: 'plan-index',
      title: 'Plan an index for a query',
      description: 'Whether a secondary index is worth it, and which.',
      arguments: [
        profile,
        namespace,
        set,
        { name: 'query', description: 'What is looked for, in words.', required: true },
        { name: 'bin', description: 'The bin that it looks at, if known.', required: false },
      ],
      text: `I want to answer this over the Aerospike set {set} in namespace {namespace}: {query}
The bin, if one was named: {bin}

1. aerospike_describe_set: the bin, its type (an index holds one type: mixed values of another are not found) and how often it is missing.
2. aerospike_list_indexes: is there one already that serves, and how selective is it (entriesPerValue)?
3. aerospike_summary for free memory and load.

Then judge. An index is worth it when it finds a small part of the set; a bin with few distinct values does not. A known key needs none: a batch read is faster. Estimate its memory from the records that have the bin (some 16 to 32 bytes for each copy, at least 16 MiB a node). Give set, bin, type and collection type, what it costs to build and on every write, and how to remove it. Building reads the whole set: create it with aerospike_create_index only when I say so, and follow it with aerospike_list_indexes until it is ready. ${inProfile}`,
    },
    {
      name: 'rolling-restart',
      title: 'Prepare a rolling restart',
      description: 'Whether nodes may be restarted now, in which order, and what to watch.',
      arguments: [profile, { name: 'reason', description: 'What the restart is for.', required: false }],
      text: `Prepare a rolling restart of this Aerospike cluster. Reason: {reason}

1. aerospike_topology: no migrations, no unavailable or dead partitions, rosters as they should be, racks. aerospike_cluster_info: integrity, builds, the principal.
2. aerospike_health_check: settle every critical finding first. Look for one-copy, fewer-copies-than-wanted and cannot-lose-a-node: each means that data would be gone or unavailable while a node is down.
3. aerospike_get_config with context service and diff, and the same for each namespace: what was set while running and not written into the files is lost by a restart.
4. aerospike_list_jobs: long queries end with their node.

Answer with go or no-go and why; then the steps for each node in order (one rack after the other, the principal last): quiesce and recluster where the edition has it, wait until clients have left, restart, wait until migrations are zero and the cluster is whole again, only then the next. Say how each step is verified with these tools and when to stop. Restart nothing and change nothing yourself. ${inProfile}`,
    },
    {
      name: 'capacity',
      title: 'How much room is left?',
      description: 'Capacity of cluster and namespaces, also after the loss of a node.',
      arguments: [profile],
      text: `How much room does this Aerospike cluster have left?

1. aerospike_summary for usage and unique data; aerospike_stop_writes for how near each limit is.
2. aerospike_health_check with severity warning: cannot-lose-a-node, low-available, low-system-memory.
3. aerospike_list_sets for the namespaces that matter.

Give for each namespace: used and total with all copies, the fullest node, what its first limit is (data, available blocks, memory, index budget) and how far it is, and whether it would still hold with one node less. Count a record's index entry as 64 bytes of memory a copy. ${lookOnly} ${inProfile}`,
    },
    {
      name: 'compare-configuration',
      title: 'Where do the nodes differ?',
      description: 'Differences of configuration between nodes, with what they mean.',
      arguments: [profile],
      text: `Compare the configuration of the nodes of this Aerospike cluster.

1. aerospike_list_namespaces.
2. aerospike_get_config with diff true for the contexts service and network, and for context namespace once for each namespace.
3. aerospike_cluster_info for builds: a parameter may be absent because a node runs another release.

For each difference say what the parameter does, which value is the likely mistake, and what may follow from it. If I ask to make them the same, use aerospike_set_config for one parameter at a time, and remind me to write it into the files as well. ${lookOnly} ${inProfile}`,
    },
    {
      name: 'review-access',
      title: 'Who may do what?',
      description: 'Users, roles and privileges that reach too far.',
      arguments: [profile],
      text: `Review who may do what in this Aerospike cluster.

1. aerospike_list_users, all pages.
2. aerospike_get_config with context security.

Point out: users with user-admin, sys-admin, data-admin or superuser; roles that reach all namespaces where one would do; roles that nobody holds; users without roles; roles without networks or quotas where others have them. Propose the smallest roles that would still serve. Passwords cannot be seen, and must not be asked for in this conversation: Chatelaine asks a person for them in its own window. ${lookOnly} ${inProfile}`,
    },
  ],
  completions: [
    { argument: 'namespace', kind: 'namespace' },
    { argument: 'set', kind: 'set' },
    { argument: 'bin', kind: 'bin' },
    { argument: 'node', kind: 'node' },
  ],
};
