import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import type { DurableFiles } from './files/durable-file.ts';
import { oneAtATime } from './files/one-at-a-time.ts';
import { Settings, type SettingsChange } from './settings-schema.ts';

/** What a person has set: `settings.json` in the data folder. A change counts from the moment in which it is on disk. */
export interface SettingsStore {
  /** The defaults where there is no file; one that is not as it should be rejects, which stops the start. */
  load(): Promise<void>;
  current(): Settings;
  /** Resolves with what was changed, as `section.name`; nothing is written when that is nothing. */
  change(change: SettingsChange): Promise<readonly string[]>;
}

export const defaultSettings: Settings = Settings.parse({});

export function createSettings(deps: { home: string; files: DurableFiles }): SettingsStore {
  const path = join(deps.home, 'settings.json');
  const inTurn = oneAtATime();
  let settings = defaultSettings;
  return {
    load: () =>
      inTurn(async () => {
        settings = await read(path, deps.files);
      }),
    current: () => settings,
    change: (change) =>
      inTurn(async () => {
        const next = merge(settings, change);
        const names = changedNames(settings, next);
        if (names.length === 0) return names;
        const problem = networkProblem(next.network);
        if (problem !== null) throw new Failure('invalid-input', `${problem} No setting was changed.`, 'Correct it.');
        await deps.files.write(path, `${JSON.stringify(next, null, 2)}\n`);
        settings = next;
        return names;
      }),
  };
}

async function read(path: string, files: DurableFiles): Promise<Settings> {
  const bytes = await files.read(path);
  if (bytes === null) return defaultSettings;
  const parsed = Settings.safeParse(parseJson(bytes));
  const [issue] = parsed.error?.issues ?? [];
  const where = issue?.path.join('.') ?? '';
  const problem = parsed.success
    ? networkProblem(parsed.data.network)
    : `${where ? `${where}: ` : ''}${issue?.message ?? 'not as expected'}.`;
  if (parsed.success && problem === null) return parsed.data;
  throw new Failure(
    'invalid-input',
    `${path} is not valid: ${problem ?? ''} Chatelaine did not start.`,
    'Correct it, or remove it to go back to the defaults.',
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const merge = (settings: Settings, change: SettingsChange): Settings =>
  Settings.parse(
    Object.fromEntries(
      sections.map((section) => [section, { ...settings[section], ...withoutUndefined(change[section]) }]),
    ),
  );

const sections = ['activity', 'lock', 'rotation', 'network', 'appearance'] as const satisfies (keyof Settings)[];

/** `section.name` of each value that differs. */
export const changedNames = (before: Settings, after: Settings): string[] =>
  sections.flatMap((section) => {
    const old = new Map(Object.entries(before[section]));
    return Object.entries(after[section])
      .filter(([name, value]) => old.get(name) !== value)
      .map(([name]) => `${section}.${name}`);
  });

const withoutUndefined = (values: object | undefined): object =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined));

/** What is wrong with where calls to issuers are sent, in one sentence; null when nothing is. */
function networkProblem({ proxy, ca }: Settings['network']): string | null {
  return (proxy === null ? null : proxyProblem(proxy)) ?? (ca === null ? null : caProblem(ca));
}

function proxyProblem(proxy: string): string | null {
  const url = new URL(proxy);
  if (url.username !== '' || url.password !== '') {
    return 'The address of the proxy has a user name or a password in it, which would be kept in clear text.';
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'The address of the proxy is more than scheme, host and port, as in http://proxy.example:8080.';
  }
  return null;
}

function caProblem(ca: string): string | null {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(ca)) {
    return 'The certificate file holds a private key too. Give the certificates alone.';
  }
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'There is no certificate in it: a PEM file has -----BEGIN CERTIFICATE----- lines.';
  const bad = blocks.findIndex((block) => !isCertificate(block));
  return bad < 0 ? null : `Certificate ${bad + 1} of ${blocks.length} in the PEM text cannot be read.`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
