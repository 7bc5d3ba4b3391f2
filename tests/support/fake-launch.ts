import type { Child, ChildExit, ChildProgram, Launch } from '../../electron/core/workers/launch.ts';
import type { HostMessage, WorkerMessage } from '../../electron/core/workers/protocol.ts';

export interface FakeChild extends Child {
  program: ChildProgram;
  received: HostMessage[];
  killed: boolean;
  say(message: WorkerMessage): void;
  die(exit?: ChildExit): void;
}

/** Children that live in the test: each accepts its credential at once unless told otherwise, and answers by `reply`. */
export function createFakeLaunch(reply: (child: FakeChild, message: HostMessage) => void = () => undefined): {
  launch: Launch;
  children: FakeChild[];
} {
  const children: FakeChild[] = [];
  const launch: Launch = (program) => {
    const onMessage: ((message: unknown) => void)[] = [];
    const onExit: ((exit: ChildExit) => void)[] = [];
    let exit: ChildExit | null = null;
    const child: FakeChild = {
      pid: 1000 + children.length,
      program,
      received: [],
      killed: false,
      async send(message) {
        if (exit) throw new Error('gone');
        // Structured clones, as over a real channel: the host wipes its bytes after sending.
        const copy = structuredClone(message) as HostMessage;
        child.received.push(copy);
        queueMicrotask(() => {
          if (exit) return;
          if (copy.type === 'credential') child.say({ type: 'accepted', generation: copy.generation });
          reply(child, copy);
        });
      },
      onMessage: (listener) => void onMessage.push(listener),
      onExit(listener) {
        if (exit) listener(exit);
        else onExit.push(listener);
      },
      kill() {
        child.killed = true;
        child.die({ code: null, signal: 'SIGKILL' });
      },
      say: (message) => onMessage.forEach((listener) => listener(message)),
      die(how = { code: 1, signal: null }) {
        if (exit) return;
        exit = how;
        onExit.forEach((listener) => listener(how));
      },
    };
    children.push(child);
    return child;
  };
  return { launch, children };
}
