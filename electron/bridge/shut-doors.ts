/**
 * Imported first by the bridge: without a handler SIGUSR1 opens Node's inspector, which any local user may then talk to.
 * Installed late it loses the race, so this module has no imports.
 */
process.on('SIGUSR1', () => undefined);
