import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** The built programs, driven from outside as a person, a script or a client drives them. */
export const codeFolder = join(import.meta.dirname, '..', '..', 'out');

export interface HostLine {
  url: string;
  pid: number;
  home: string;
  vault: string;
}

export interface Entry {
  command: string;
  args: string[];
  env: Record<string, string>;
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Variables of the developer's own session stay out: a test sees only what it is given. */
export const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/nonexistent',
  LANG: 'C.UTF-8',
});

export interface Program {
  child: ChildProcess;
  firstLine: string;
  stderr: () => string;
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts `chatelaine ARGS` that stays, and waits for its first line; rejects with its stderr when it ends before. */
export async function startProgram(
  args: string[],
  environment: Record<string, string>,
  user: { uid?: number; gid?: number } = {},
): Promise<Program> {
  if (!existsSync(join(codeFolder, 'cli.cjs'))) throw new Error('Nothing is built: run `npm run build` first.');
  const child = spawn(process.execPath, [join(codeFolder, 'cli.cjs'), ...args], {
    ...user,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void exited.then((code) => reject(new Error(`ended with ${code ?? 'a signal'}: ${complaint}`)));
  });
  return {
    child,
    firstLine,
    stderr: () => complaint,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs `chatelaine ARGS` to its end. */
export const chatelaine = (
  args: string[],
  environment: Record<string, string>,
  input = '',
  user: { uid?: number; gid?: number } = {},
): Promise<Ran> => runNode([join(codeFolder, 'cli.cjs'), ...args], environment, input, user);

/** Runs a program of ours to its end, wherever it lies. */
export const runNode = (
  args: string[],
  environment: Record<string, string>,
  input = '',
  user: { uid?: number; gid?: number } = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      ...user,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });

/** An MCP client of the SDK, launched from exactly the printed entry. */
export async function connectClient(entry: Entry, mode: 'legacy' | 'auto' = 'legacy'): Promise<Client> {
  const client = new Client({ name: 'story', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StdioClientTransport({ ...entry, stderr: 'ignore' }));
  return client;
}

export const textOf = (result: { content?: unknown }): string => {
  const [first] = Array.isArray(result.content) ? (result.content as { text?: string }[]) : [];
  return first?.text ?? '';
};
