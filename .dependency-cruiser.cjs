// Imports point one way (docs/ARCHITECTURE.md). tests/architecture asserts how many modules these rules saw.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^electron/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans-of-types', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
    only('core-imports-core', '^electron/core/', [], 'the core knows ports, never their adapters'),
    only('platform-imports-core', '^electron/platform/', ['^electron/core/']),
    only('servers-import-the-kit', '^electron/servers/', ['^electron/core/workers/protocol\\.ts$']),
    only('emulators-stand-alone', '^electron/emulators/', []),
    only('bridge-stands-alone', '^electron/bridge/', ['^electron/core/gateway/(endpoint|handshake|start-host)\\.ts$']),
    only('headless-imports-core-and-platform', '^electron/headless/', ['^electron/core/', '^electron/platform/']),
    only('main-imports-core-and-platform', '^electron/main/', ['^electron/core/', '^electron/platform/']),
    only('preload-stands-alone', '^electron/preload/', []),
    {
      name: 'the-page-knows-the-contract-only',
      comment: 'and of that, types: nothing of the host is ever in its bundle',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', pathNot: '^electron/core/(contract|settings-schema)' },
    },
    {
      name: 'the-page-takes-types-from-the-contract',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'nobody-imports-the-page', severity: 'error', from: { path: '^electron/' }, to: { path: '^renderer/' } },
    only('cli-imports-core-and-platform', '^electron/cli/', ['^electron/core/', '^electron/platform/']),
    {
      name: 'one-server-knows-no-other',
      severity: 'error',
      from: { path: '^electron/servers/([^/]+)/', pathNot: '^electron/servers/kit/' },
      to: { path: '^electron/servers/', pathNot: ['^electron/servers/kit/', '^electron/servers/$1/'] },
    },
    {
      name: 'the-worker-protocol-is-types-only',
      severity: 'error',
      from: { path: '^electron/servers/' },
      to: { path: '^electron/core/workers/protocol\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-the-broker-imports-keytar',
      severity: 'error',
      from: { pathNot: '^electron/platform/keychain/broker\\.ts$' },
      to: { path: '(^|/)keytar' },
    },
    {
      name: 'only-the-adapter-imports-the-aerospike-client',
      comment: 'it blocks, leaks and does not load everywhere; the tools know the port',
      severity: 'error',
      from: { pathNot: '^electron/servers/aerospike/(connection|values)/' },
      to: { path: '^(node_modules/)?aerospike($|/)' },
    },
    {
      name: 'only-main-imports-electron',
      severity: 'error',
      from: { pathNot: '^electron/(main|preload)/' },
      to: { path: '^(node_modules/)?electron($|/)', pathNot: '^electron/' },
    },
    {
      name: 'core-uses-few-packages',
      severity: 'error',
      from: { path: '^electron/core/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional'],
        pathNot: 'node_modules/(zod|@modelcontextprotocol|jsonc-parser)/',
      },
    },
    {
      name: 'no-dev-packages-in-the-product',
      severity: 'error',
      // Electron is the program that main runs in, so no package of ours carries it.
      from: { path: '^electron/', pathNot: '^electron/(main|preload)/' },
      // Electron is the runtime itself, not a package in it; who may import it is the rule above.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/electron/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
