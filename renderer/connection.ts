import type { ChangeKey } from '../electron/core/contract/procedures.ts';

export type ConnectionState = 'up' | 'lost' | 'ended';

const everything: ChangeKey[] = [
  'host',
  'credentials',
  'clients',
  'grants',
  'approvals',
  'activity',
  'workers',
  'reminders',
  'settings',
];
const reconnectAfterMs = 2_000;

/** The page's wire to a headless host: follows its changes, says when it is lost, and comes back by itself. */
export function createConnection() {
  let state: ConnectionState = 'up';
  const listeners = new Set<() => void>();
  let listens = (): void => undefined;
  const listening = new Promise<void>((resolve) => (listens = resolve));

  const become = (next: ConnectionState): void => {
    if (state === next || state === 'ended') return;
    state = next;
    listeners.forEach((listener) => listener());
  };

  return {
    state: (): ConnectionState => state,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restore: () => become('up'),
    lose: () => become('lost'),
    end: () => become('ended'),
    /** Whatever is asked from then on, its changes are heard; or the host is out of reach, and asking says so. */
    listening,

    follow(tell: (keys: ChangeKey[]) => void): () => void {
      let source: EventSource | null = null;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let wasOpen = false;

      const open = (): void => {
        if (state === 'ended') return;
        source = new EventSource('/api/changes');
        source.onopen = () => {
          become('up');
          listens();
          // What changed while nobody listened is not told again.
          if (wasOpen) tell(everything);
          wasOpen = true;
        };
        source.onmessage = ({ data }: MessageEvent<string>) => tell(parseKeys(data));
        source.onerror = () => {
          source?.close();
          become('lost');
          listens();
          wasOpen = true;
          // Asking anything tells "gone" from "not ours any more" (401), which ends this page.
          tell(['host']);
          timer = setTimeout(open, reconnectAfterMs);
        };
      };
      open();
      return () => {
        clearTimeout(timer);
        source?.close();
      };
    },
  };
}

function parseKeys(data: string): ChangeKey[] {
  try {
    const keys: unknown = JSON.parse(data);
    return Array.isArray(keys) ? everything.filter((key) => keys.includes(key)) : [];
  } catch {
    return [];
  }
}
