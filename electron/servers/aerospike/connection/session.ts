import { ToolError, type ToolLog } from '../../kit/tool-error.ts';
import type { Profile, ProfileSecrets } from '../profile.ts';
import { closeWhenQuiet } from './closing.ts';
import type { CallLimits } from './connection.ts';
import { connectError, driverError, statusOf } from './driver-error.ts';
import { loadClient, type Driver, type DriverClient } from './load-client.ts';
import { probeSeeds, type SeedReach, type TlsMaterial } from './probe.ts';
import { unreachable } from './reach-words.ts';
import { readTlsKey, writeTlsFiles } from './tls-files.ts';

/** A client and the module that it came from: what the adapter's parts work with. */
export interface Open {
  driver: Driver;
  client: DriverClient;
}

/** The one connected client of this worker: opened at its first use, opened again when it was lost. */
export interface Session {
  /** Runs `work` with the client. What it throws becomes a ToolError; an abort of `signal` rejects at once. */
  run<T>(context: CallLimits, work: (open: Open) => Promise<T>): Promise<T>;
  /** How every seed answers now, without a client. */
  probe(signal: AbortSignal): Promise<SeedReach[]>;
  /** Forgets a failure, so that the next use tries at once. */
  retryNow(): void;
  close(): void;
}

const firstBackoffMs = 500;
const maxBackoffMs = 10_000;
const maxNodeWaitMs = 2_000;
/** A test waits so long for seeds that are silent beside a good one: to tell of them, not to make a person wait. */
const testGraceMs = 3_000;

interface Lease extends Open {
  uses: number;
  isRetired: boolean;
}

export function createSession(profile: Profile, secrets: ProfileSecrets, log: ToolLog): Session {
  let opening: Promise<Lease> | undefined;
  let failure: { error: ToolError; untilMs: number; backoffMs: number } | undefined;
  let isClosed = false;
  const closing = new AbortController();

  const retire = (lease: Lease): void => {
    opening = undefined;
    if (lease.isRetired) return;
    lease.isRetired = true;
    closeWhenQuiet(lease.client, () => lease.uses > 0);
  };

  const open = async (): Promise<Lease> => {
    if (isClosed) throw new ToolError('cancelled', 'The connection was closed.', 'Call the tool again.');
    if (failure && performance.now() < failure.untilMs) throw failure.error;
    try {
      const lease = { ...(await openClient(profile, secrets, closing.signal)), uses: 0, isRetired: false };
      failure = undefined;
      log('info', 'aerospike-connected', { nodes: lease.client.getNodes().length });
      return lease;
    } catch (error) {
      const known = error instanceof ToolError ? error : driverError(error);
      const backoffMs = Math.min(maxBackoffMs, (failure?.backoffMs ?? firstBackoffMs / 2) * 2);
      failure = { error: known, untilMs: performance.now() + backoffMs, backoffMs };
      log('warn', 'aerospike-connect-failed', { code: known.code, status: statusOf(error) ?? 0 });
      throw known;
    }
  };

  const current = async (): Promise<Lease> => {
    for (let tries = 0; tries < 3; tries += 1) {
      const attempt = (opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      }));
      const lease = await attempt;
      if (!lease.isRetired && lease.client.isConnected()) return lease;
      // All nodes are gone: the client would only ask the seeds that were good when it began.
      if (opening === attempt) retire(lease);
    }
    throw new ToolError('unreachable', 'The cluster’s nodes come and go.', 'Try again in a moment.');
  };

  return {
    run: (context, work) =>
      untilAborted(context.signal, async () => {
        const lease = await current();
        if (context.signal.aborted) throw abortReason(context.signal);
        lease.uses += 1;
        try {
          return await work(lease);
        } catch (error) {
          // Anything without a status is a defect of ours, which the kit reports as one.
          throw statusOf(error) === null ? error : driverError(error);
        } finally {
          lease.uses -= 1;
        }
      }),
    probe: async (signal) => await probeSeeds(profile, materialOf(profile, secrets), signal, { graceMs: testGraceMs }),
    retryNow: () => void (failure = undefined),
    close() {
      isClosed = true;
      closing.abort();
      void opening?.then(retire, () => undefined);
      secrets.wipe();
    },
  };
}

async function openClient(profile: Profile, secrets: ProfileSecrets, signal: AbortSignal): Promise<Open> {
  const driver = await loadClient();
  const material = materialOf(profile, secrets);
  const seeds = await probeSeeds(profile, material, signal);
  if (signal.aborted) throw abortReason(signal);
  const good = seeds.filter(({ reach }) => reach === 'good').map(({ seed }) => seed);
  if (good.length === 0) throw unreachable(seeds);
  const files = profile.tls === null ? null : writeTlsFiles(material);
  try {
    const config = {
      // Only seeds that answered: the client asks one after the other and blocks the process while one is silent.
      hosts: good.map(({ host, port, tlsName }) => ({
        addr: host,
        port,
        ...(files === null ? {} : { tlsname: tlsName ?? host }),
      })),
      // With a password the client refuses to sign in by certificate, and its name is in the certificate.
      ...(profile.user === null || profile.authMode === 'pki'
        ? {}
        : { user: profile.user, password: secrets.password?.toString('utf8') ?? '' }),
      authMode: authModeOf(driver, profile),
      // Of each node that a seed names: the client blocks the process while one of them is silent.
      connTimeoutMs: Math.min(profile.timeoutMs, maxNodeWaitMs),
      loginTimeoutMs: profile.timeoutMs,
      useAlternateAccessAddress: profile.alternateAddresses,
      ...(profile.rackId === null ? {} : { rackAware: true, rackId: profile.rackId }),
      ...(files === null ? {} : { tls: { enable: true, ...files.options } }),
      log: { level: driver.log.OFF },
      appId: 'chatelaine',
    };
    const client = driver.client(config);
    try {
      await client.connect();
    } catch (error) {
      throw connectError(error, profile.authMode);
    } finally {
      forgetSecrets(client);
    }
    return { driver, client };
  } finally {
    files?.remove();
  }
}

/** The native part has its own copy; this one would be in every error that the client makes. */
function forgetSecrets(client: DriverClient): void {
  const config = client.config as { password?: unknown; tls?: unknown };
  delete config.password;
  delete config.tls;
}

function authModeOf(driver: Driver, { authMode }: Profile): number {
  switch (authMode) {
    case 'internal':
      return driver.auth.INTERNAL;
    case 'external':
      return driver.auth.EXTERNAL;
    case 'externalInsecure':
      return driver.auth.EXTERNAL_INSECURE;
    case 'pki':
      return driver.auth.AUTH_PKI;
  }
}

/** Throws `invalid-input` for a key that cannot be read, before a handshake fails for a reason that nobody can tell. */
function materialOf(profile: Profile, secrets: ProfileSecrets): TlsMaterial {
  const material = {
    ca: profile.tls?.ca ?? null,
    cert: profile.tls?.cert ?? null,
    key: secrets.key,
    keyPassphrase: secrets.keyPassphrase,
  };
  if (profile.tls !== null) readTlsKey(material);
  return material;
}

/** The work goes on in the client, which cannot be interrupted; whoever waited is free at once. */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw abortReason(signal);
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export const abortReason = (signal: AbortSignal): ToolError =>
  signal.reason instanceof ToolError
    ? signal.reason
    : new ToolError('cancelled', 'The call was cancelled.', 'Call the tool again if you still need it.');
