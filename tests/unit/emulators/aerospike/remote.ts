import { execFile, fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The official client in a process of its own: it blocks its thread while it connects. */
export interface RemoteClient {
  /** The result; or `error CODE`, as a text. */
  do(action: string, ...given: unknown[]): Promise<unknown>;
  end(): void;
}

export function startRemoteClient(): RemoteClient {
  const child: ChildProcess = fork(here('./remote-client.mjs'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return {
    do: (action, ...given) =>
      new Promise((resolve, reject) => {
        child.once('exit', () => reject(new Error('the client ended')));
        child.once('message', (answer: { result?: unknown; code?: number | string }) => {
          child.removeAllListeners('exit');
          resolve(answer.code === undefined ? answer.result : `error ${answer.code}`);
        });
        child.send({ action, given });
      }),
    end: () => {
      child.disconnect();
    },
  };
}

/** Runs a script of the official client's against a host; answers its lines. */
export const runScript = (name: string, host: string): Promise<string[]> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [here(`./${name}.mjs`), host], { maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.slice(0, 2000)));
      else resolve(stdout.trimEnd().split('\n'));
    });
  });

/** Asks again until it holds; the test's own limit ends it. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
