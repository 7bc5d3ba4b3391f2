import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { JsonObject, Plan, ToolOutcome, WorkerMessage } from '../../electron/core/workers/protocol.ts';

const root = join(import.meta.dirname, '../..');

/** A folder with the worker's program as the build makes it, and a scratch folder for it. */
export interface WorkerProgram {
  folder: string;
  scratch: string;
  remove(): void;
}

/** The official client cannot run in the tests' own process, so that its adapter is tested as the worker program. */
export async function buildAerospikeWorker(): Promise<WorkerProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'aerospike-worker-'));
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { mode: 0o700 });
  const build = await rolldown({
    input: join(root, 'electron/servers/aerospike/worker.ts'),
    platform: 'node',
    resolve: { alias: { bindings: join(root, 'electron/servers/aerospike/connection/stubs/bindings.cjs') } },
    onLog(level, log, print) {
      if (log.code !== 'EVAL') print(level, log);
    },
  });
  await build.write({ file: join(folder, 'out/worker.cjs'), format: 'cjs', codeSplitting: false });
  await build.close();
  // The addon lies beside the programs' folder.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, scratch, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface ProfileFields {
  fields: JsonObject;
  secrets?: Record<string, string>;
}

export interface AerospikeWorker {
  child: ChildProcess;
  messages: WorkerMessage[];
  printed(): string;
  exit: Promise<number | null>;
  credential(profile: ProfileFields): Promise<void>;
  plan(tool: string, args: JsonObject): Promise<Plan>;
  /** Calls with a plan that was given, or with none. */
  call(tool: string, args: JsonObject, plan?: Plan | null, signal?: AbortSignal): Promise<ToolOutcome>;
  /** As the host does when a person agrees: plans where the tool needs it, then calls. */
  run(tool: string, args: JsonObject): Promise<ToolOutcome>;
  /** The structured answer of a run that must succeed. */
  answer(tool: string, args: JsonObject): Promise<JsonObject>;
}

/** A worker as the host starts it: permission model, addons allowed, one folder that it may write to. */
export function startAerospikeWorker(
  { folder, scratch }: WorkerProgram,
  environment: Readonly<Record<string, string>> = {},
): AerospikeWorker {
  const flags = ['--disable-sigusr1', '--disallow-code-generation-from-strings', '--disable-proto=delete'];
  const allowed = [`${folder}/out/*`, `${root}/node_modules/*`, `${folder}/node_modules/*`, `${scratch}/*`];
  const child = spawn(
    process.execPath,
    [
      '--permission',
      '--allow-addons',
      ...allowed.map((path) => `--allow-fs-read=${path}`),
      `--allow-fs-write=${scratch}/*`,
      ...flags,
      '--no-warnings',
      join(folder, 'out/worker.cjs'),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: { CHATELAINE_SCRATCH: scratch, ...environment },
    },
  );
  const messages: WorkerMessage[] = [];
  const listeners = new Set<(message: WorkerMessage) => void>();
  let printed = '';
  child.on('message', (raw) => {
    const message = raw as WorkerMessage;
    messages.push(message);
    for (const listener of [...listeners]) listener(message);
  });
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const until = <T extends WorkerMessage>(fits: (message: WorkerMessage) => message is T): Promise<T> =>
    new Promise((resolve, reject) => {
      const known = messages.find(fits);
      if (known) {
        resolve(known);
        return;
      }
      const listener = (message: WorkerMessage): void => {
        if (!fits(message)) return;
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
      void exit.then((code) => reject(new Error(`the worker ended with ${code}: ${printed.slice(0, 2_000)}`)));
    });
  type Answered = Extract<WorkerMessage, { type: 'planned' | 'failed' }>;
  type Result = Extract<WorkerMessage, { type: 'result' }>;
  let id = 0;
  let generation = 0;

  const ask = async (tool: string, args: JsonObject): Promise<Answered> => {
    const own = ++id;
    child.send({ type: 'plan', id: own, tool, args });
    return await until((m): m is Answered => (m.type === 'planned' || m.type === 'failed') && m.id === own);
  };
  const worker: AerospikeWorker = {
    child,
    messages,
    printed: () => printed,
    exit,
    async credential({ fields, secrets = {} }) {
      const own = ++generation;
      const bytes = Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, Buffer.from(text)]));
      child.send({ type: 'credential', generation: own, fields, secrets: bytes });
      type Accepted = Extract<WorkerMessage, { type: 'accepted' }>;
      await until((m): m is Accepted => m.type === 'accepted' && m.generation === own);
    },
    async plan(tool, args) {
      const answer = await ask(tool, args);
      if (answer.type === 'planned') return answer.plan;
      throw new Error(`${answer.error.code}: ${answer.error.message} ${answer.error.hint}`);
    },
    async call(tool, args, plan = null, signal) {
      const own = ++id;
      signal?.addEventListener('abort', () => void child.send({ type: 'cancel', id: own }));
      child.send({ type: 'call', id: own, tool, args, plan });
      return (await until((m): m is Result => m.type === 'result' && m.id === own)).outcome;
    },
    async run(tool, args) {
      const answer = await ask(tool, args);
      return answer.type === 'failed' ? { ok: false, error: answer.error } : await worker.call(tool, args, answer.plan);
    },
    async answer(tool, args) {
      const outcome = await worker.run(tool, args);
      if (outcome.ok) return outcome.structured;
      throw new Error(`${tool}: ${outcome.error.code}: ${outcome.error.message} ${outcome.error.hint}`);
    },
  };
  return worker;
}
