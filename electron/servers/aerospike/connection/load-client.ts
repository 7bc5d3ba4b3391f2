import type * as Official from 'aerospike';
import type { KeyOptions } from 'aerospike';
import { ToolError } from '../../kit/tool-error.ts';

export type Driver = typeof Official;
export type DriverClient = InstanceType<Driver['Client']>;
/** A record's key as the client's methods take it. */
export type DriverKey = KeyOptions;

let loading: Promise<Driver> | undefined;

/**
 * The official client, loaded at the first use: its addon exists for some platforms only and needs a system library.
 * One per process, because the addon's logging and its event loop are the process's. Rejects with `worker-failed` and
 * a sentence that tells what is missing.
 */
export async function loadClient(importDriver: () => Promise<unknown> = importOfficial): Promise<Driver> {
  loading ??= importDriver().then(prepare);
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw missing(error);
  }
}

async function importOfficial(): Promise<unknown> {
  // Read by the client: seeds that are not the profile's, policies from elsewhere, stacks with arguments in them.
  for (const name of ['AEROSPIKE_HOSTS', 'AEROSPIKE_CLIENT_CONFIG_URL', 'AEROSPIKE_DEBUG_STACKTRACES']) {
    Reflect.deleteProperty(process.env, name);
  }
  return await import('aerospike');
}

function prepare(loaded: unknown): Driver {
  // A CommonJS module: whole under `default` when imported by Node, itself when a bundler requires it.
  const driver = (typeof loaded === 'object' && loaded && 'default' in loaded ? loaded.default : loaded) as Driver;
  // `log` in a client's own configuration does not silence what it writes while it seeds.
  driver.setDefaultLogging({ level: driver.log.OFF });
  // Tells HyperLogLogs from other bytes.
  driver.wrapHLL(true);
  return driver;
}

/** What the loader says names paths of this machine, so only its kind is passed on. */
function missing(error: unknown): ToolError {
  const text = error instanceof Error ? error.message : '';
  const hint = text.includes('libyaml')
    ? 'Install libyaml (Debian and Ubuntu: libyaml-0-2; Fedora: libyaml; macOS: brew install libyaml).'
    : text.includes('GLIBC')
      ? 'It needs a Linux with glibc 2.34 or later.'
      : `It exists for Linux, macOS and Windows on x64 and arm64 with Node 20, 22, 24 and 25; this is ${process.platform} ${process.arch}. Reinstall Chatelaine, or install the package "aerospike".`;
  return new ToolError('worker-failed', 'The Aerospike client library does not load on this machine.', hint);
}
