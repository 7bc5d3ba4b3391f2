import type { Clock } from '../clock.ts';
import { Failure, isFailureCode } from '../failure.ts';
import { workerEnded } from './hand-over.ts';
import type { Child } from './launch.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';

interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

export interface RequestOptions {
  signal?: AbortSignal;
  /** After this a worker that has not answered is ended. Default 5 minutes. */
  deadlineMs?: number;
  onProgress?: (progress: Progress) => void;
}

/** Longer than any client waits; a worker that is silent for so long will never answer. */
const longestCallMs = 5 * 60_000;

interface Waiting {
  resolve: (message: WorkerMessage) => void;
  reject: (error: Error) => void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** What was asked of a worker's child and is not answered yet. */
export interface Requests {
  readonly size: number;
  /** Sends and waits for the answer. An abort rejects at once and tells the child; `onSilence` is called at the deadline. */
  send(
    child: Child,
    message: (id: number) => HostMessage,
    options: RequestOptions,
    onSilence: () => void,
  ): Promise<WorkerMessage>;
  /** Passes on what a child says of a request; what nobody waits for any more is dropped. */
  onMessage(message: WorkerMessage): void;
  failAll(): void;
}

export function createRequests(clock: Clock): Requests {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  return {
    get size() {
      return waiting.size;
    },
    async send(child, message, { signal, onProgress, deadlineMs = longestCallMs }, onSilence) {
      const id = ++lastId;
      let onAbort = (): void => undefined;
      const cancelDeadline = clock.after(deadlineMs, onSilence);
      try {
        return await new Promise<WorkerMessage>((resolve, reject) => {
          waiting.set(id, { resolve, reject, onProgress });
          onAbort = () => {
            child.send({ type: 'cancel', id } satisfies HostMessage).catch(() => undefined);
            reject(new Failure('cancelled', 'The call was cancelled.', 'Nothing more to do.'));
          };
          signal?.addEventListener('abort', onAbort, { once: true });
          child.send(message(id)).catch((error: unknown) => reject(workerEnded(error)));
        });
      } finally {
        cancelDeadline();
        signal?.removeEventListener('abort', onAbort);
        waiting.delete(id);
      }
    },
    onMessage(message) {
      if (!('id' in message)) return;
      const waits = waiting.get(message.id);
      switch (message.type) {
        case 'progress':
          waits?.onProgress?.(message);
          return;
        case 'failed': {
          const { code, message: text, hint } = message.error;
          waits?.reject(new Failure(isFailureCode(code) ? code : 'worker-failed', text, hint));
          return;
        }
        case 'planned':
        case 'result':
          waits?.resolve(message);
      }
    },
    failAll() {
      for (const { reject } of [...waiting.values()]) reject(workerEnded());
    },
  };
}
