// The official client under remote control: a test sends what to do over the channel, one thing at a time.
import { Aerospike } from './official-client.mjs';

let client = null;

const actions = {
  connect: async (config) => {
    client = await Aerospike.connect({ log: { level: Aerospike.log.OFF }, tenderInterval: 250, ...config });
    return client.getNodes().length;
  },
  nodes: () => client.getNodes().length,
  /** How many of so many numbered records are there, and the codes of those that could not be read. */
  read: async (namespace, set, keys, totalTimeout = 500) => {
    const policy = new Aerospike.ReadPolicy({ totalTimeout, socketTimeout: totalTimeout / 2, maxRetries: 0 });
    const codes = {};
    for (const key of keys) {
      const code = await client.get(new Aerospike.Key(namespace, set, key), policy).then(
        () => 'found',
        (error) => error.code,
      );
      codes[code] = (codes[code] ?? 0) + 1;
    }
    return codes;
  },
  put: (namespace, set, key, bins, meta) =>
    client.put(new Aerospike.Key(namespace, set, key), bins, meta).then(() => 'done'),
  remove: (namespace, set, key, options) =>
    client.remove(new Aerospike.Key(namespace, set, key), new Aerospike.RemovePolicy(options)).then(() => 'done'),
  info: (command) => client.infoAny(command),
  scan: async (namespace, set) => (await client.query(namespace, set).results()).length,
  createUser: (...given) => client.createUser(...given),
  queryUsers: async () => (await client.queryUsers()).map(({ name, roles }) => [name, roles]),
  queryRoles: async () => (await client.queryRoles()).map(({ name }) => name),
  grantRoles: (...given) => client.grantRoles(...given),
  revokeRoles: (...given) => client.revokeRoles(...given),
  setPassword: (...given) => client.setPassword(...given),
  changePassword: (...given) => client.changePassword(...given),
  dropUser: (...given) => client.dropUser(...given),
  createRole: (name, privileges, whitelist) =>
    client.createRole(
      name,
      privileges.map(([code, scope]) => new Aerospike.admin.Privilege(Aerospike.privilegeCode[code], scope)),
      null,
      whitelist,
    ),
  close: () => {
    client?.close();
    client = null;
  },
};

process.on('message', ({ action, given }) => {
  Promise.resolve()
    .then(() => actions[action](...given))
    .then(
      (result) => process.send({ result: result ?? null }),
      (error) => process.send({ code: error.code ?? error.message }),
    );
});
process.on('disconnect', () => process.exit(0));
