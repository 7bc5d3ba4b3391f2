import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../core/app.ts';
import type { Ports } from '../core/ports.ts';
import { systemClock } from '../core/clock.ts';
import type { SecretStore } from '../core/credentials/secret-store.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';
import { Catalogue } from '../core/gateway/catalogue.ts';
import type { Log } from '../core/log.ts';
import type { Launch } from '../core/workers/launch.ts';
import { probeEntry } from './entry-probe.ts';
import { sessionEnvironment } from './keychain/session-environment.ts';
import { createMachine } from './machine.ts';
import { memoryOf } from './process-memory.ts';
import { createStableRuntime } from './stable-runtime.ts';

/** The core with this machine's adapters: what the desktop and the headless host have in common. */
export async function createHost(
  shell: Pick<Ports, 'home' | 'demo' | 'onDemand' | 'desktop' | 'openPage' | 'idleMs' | 'listen' | 'requestStop'> & {
    version: string;
    /** Where the bundles of children are, and the catalogue. */
    codeFolder: string;
    /** The Node that runs them. */
    runtime: string;
    store: SecretStore;
    files: DurableFiles;
    launch: Launch;
    log: Log;
    /** The command that starts such a host again on demand. */
    restart: { command: string; args: readonly string[] };
  },
): Promise<App> {
  const { codeFolder, runtime, restart, ...ports } = shell;
  return createApp({
    ...ports,
    clock: systemClock,
    catalogue: Catalogue.parse(JSON.parse(await readFile(join(codeFolder, 'catalogue.json'), 'utf8'))),
    restart: { ...restart, environment: sessionEnvironment(process.env) },
    stableRuntime: createStableRuntime({
      home: shell.home,
      files: shell.files,
      source: { node: runtime, bridge: join(codeFolder, 'bridge.cjs') },
    }),
    machine: createMachine(),
    probe: probeEntry,
    memoryOf,
    personFolder: homedir(),
  });
}
