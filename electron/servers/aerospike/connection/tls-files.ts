import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { ToolError } from '../../kit/tool-error.ts';
import type { TlsMaterial } from './probe.ts';

/** The client's own names for what it reads. */
export interface TlsFiles {
  options: { cafile: string; certfile?: string; keyfile?: string; keyfilePassword?: string };
  /** Removes them: the client has read everything by the time its connect returns, and keeps it in memory. */
  remove(): void;
}

/** The one folder that this program may write in; the host makes it, and names it to the worker. */
export const scratchFolder = (): string => process.env.CHATELAINE_SCRATCH ?? tmpdir();

const prefix = 'aerospike-';

/**
 * Writes what the client takes as files only: CA and certificate as they are, the private key sealed with a passphrase
 * that exists in this process alone. So a killed process leaves nothing behind that opens anything.
 * Throws `worker-failed` where nothing may be written, `invalid-input` for a key that cannot be read.
 */
export function writeTlsFiles(material: TlsMaterial): TlsFiles {
  const key = readTlsKey(material);
  const sealed = key === null ? null : sealKey(key);
  const folder = privateFolder();
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  try {
    return {
      options: {
        // Without a file the client would look where its own build of OpenSSL keeps certificates: nowhere, usually.
        cafile: write('ca.pem', material.ca ?? getCACertificates('system').join('\n')),
        ...(material.cert === null ? {} : { certfile: write('cert.pem', material.cert) }),
        ...(sealed === null ? {} : { keyfile: write('key.pem', sealed.pem), keyfilePassword: sealed.passphrase }),
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A folder for one file that the client wants to read, e.g. a UDF module. Not for secrets. */
export function withFile<T>(name: string, text: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = privateFolder();
  const path = join(folder, name);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(path, text, { mode: 0o600 });
    return use(path).finally(remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** Removes what processes left that were killed. Called once at the start; what cannot be removed stays. */
export function sweepStaleFiles(): void {
  try {
    for (const name of readdirSync(scratchFolder())) {
      const owner = new RegExp(`^${prefix}([0-9]+)-`).exec(name)?.[1];
      if (owner !== undefined && !isAlive(Number(owner)))
        rmSync(join(scratchFolder(), name), { recursive: true, force: true });
    }
  } catch {
    // Nothing to sweep where nothing may be read.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function privateFolder(): string {
  try {
    return mkdtempSync(join(scratchFolder(), `${prefix}${process.pid}-`));
  } catch {
    throw new ToolError(
      'worker-failed',
      'A file that the Aerospike client needs could not be written.',
      'Check that the disk is not full and that Chatelaine’s data folder can be written.',
    );
  }
}

function sealKey(key: KeyObject): { pem: string; passphrase: string } {
  const fresh = randomBytes(24).toString('hex');
  const pem = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: fresh });
  return { pem: pem.toString(), passphrase: fresh };
}

/** The profile's private key; null when it has none. Throws `invalid-input` for one that cannot be read. */
export function readTlsKey({ key, keyPassphrase }: TlsMaterial): KeyObject | null {
  if (key === null) return null;
  try {
    return createPrivateKey(keyPassphrase === null ? key : { key, passphrase: keyPassphrase });
  } catch {
    throw new ToolError(
      'invalid-input',
      'The profile’s TLS key cannot be read.',
      'It must be a private key as PEM; give its passphrase if it has one.',
    );
  }
}
