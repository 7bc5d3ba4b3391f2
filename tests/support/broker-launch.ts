import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import { rolldown } from 'rolldown';

import type { Launch } from '../../electron/core/workers/launch.ts';

/** A launch that starts the broker from its sources with plain Node; `children` are those it started. */
export const createBrokerLaunch = async (): Promise<{ launch: Launch; children: ChildProcess[] }> => {
  const root = join(import.meta.dirname, '../..');
  const file = join(root, 'node_modules/.cache/chatelaine', `broker-${process.pid}.cjs`);
  const build = await rolldown({
    input: join(root, 'electron/platform/keychain/broker.ts'),
    platform: 'node',
    external: ['keytar'],
  });
  await build.write({ file, format: 'cjs', codeSplitting: false });
  await build.close();
  const children: ChildProcess[] = [];
  const launch: Launch = ({ environment = {} }) => {
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { PATH: process.env.PATH, ...environment },
    });
    children.push(child);
    child.on('error', () => undefined);
    return {
      pid: child.pid,
      send: (message) =>
        new Promise((resolve, reject) => {
          child.send(message as object, (error) => (error === null ? resolve() : reject(error)));
        }),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', (code, signal) => listener({ code, signal })),
      kill: () => void child.kill('SIGKILL'),
    };
  };
  return { launch, children };
};
