// In place of the package `bindings`, which searches the disk for the client's addon. The rest of the client is inside the
// worker's bundle, so that the host's comparison of hashes covers it; the addon lies beside the programs.
const { join } = require('node:path');

/** It registers itself once in a process, and many modules of the client ask for it. */
let loaded = null;

module.exports = function bindings(name) {
  if (loaded) return loaded.exports;
  const { versions, platform, arch } = process;
  const folder = `node-v${versions.modules}-${platform}-${arch}`;
  const addon = { exports: {} };
  process.dlopen(addon, join(__dirname, '..', 'node_modules', 'aerospike', 'lib', 'binding', folder, name));
  loaded = addon;
  return loaded.exports;
};
