import type { Client } from '@modelcontextprotocol/client';
import { chatelaine, connectClient, textOf, type Entry } from './built-app.ts';
import { createTestHost, type TestHost } from './test-host.ts';

export type ProfileDraft = { name: string; hosts: readonly string[] } & Record<string, unknown>;

export interface Called {
  ok: boolean;
  /** Without the receipt's line. */
  text: string;
  structured: Record<string, unknown>;
}

/** The built host with Aerospike profiles in it, and a client of the SDK that was granted them all. */
export interface ProfileWorld {
  host: TestHost;
  client: Client;
  add(profile: ProfileDraft): Promise<void>;
  edit(name: string, changes: object): Promise<void>;
  call(tool: string, args: Record<string, unknown>, options?: { signal?: AbortSignal }): Promise<Called>;
  /** What `chatelaine test` says. */
  test(name: string): Promise<{ ok: boolean; message: string; hint: string; facts: Record<string, unknown> }>;
  workers(): Promise<{ credential: string; pid: number | null; state: string; restarts: number }[]>;
  close(): Promise<void>;
}

export async function createProfileWorld(
  profiles: readonly ProfileDraft[],
  { era = 'legacy' }: { era?: 'legacy' | 'auto' } = {},
): Promise<ProfileWorld> {
  const host = await createTestHost();
  await host.start();
  const succeed = async (args: string[], input = ''): Promise<string> => {
    const { code, stdout, stderr } = await chatelaine(args, host.environment, input);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const add = async (profile: ProfileDraft): Promise<void> => {
    await succeed(['add', 'aerospike', '--json', '-'], JSON.stringify(profile));
  };
  for (const profile of profiles) await add(profile);
  const entry = JSON.parse(
    await succeed(['register', 'other', '--name', 'agent', '--provider', 'aerospike', '--json']),
  ) as Entry;
  const client = await connectClient(entry, era);
  return {
    host,
    client,
    add,
    async edit(name, changes) {
      await succeed(['edit', name, '--json', '-'], JSON.stringify(changes));
    },
    async call(tool, args, options = {}) {
      const result = await client.callTool(
        { name: `aerospike_${tool}`, arguments: args },
        { timeout: 80_000, ...options },
      );
      return {
        ok: result.isError !== true,
        text: textOf(result).split('\n').slice(1).join('\n'),
        structured: (result.structuredContent ?? {}) as Record<string, unknown>,
      };
    },
    async test(name) {
      const { stdout } = await chatelaine(['test', name, '--json'], host.environment);
      return JSON.parse(stdout) as Awaited<ReturnType<ProfileWorld['test']>>;
    },
    async workers() {
      const { workers } = await host.json<{ workers: Awaited<ReturnType<ProfileWorld['workers']>> }>('status');
      return workers;
    },
    async close() {
      await client.close();
      await host.close();
    },
  };
}
