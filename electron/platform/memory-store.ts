import { Secret } from '../core/credentials/secret.ts';
import type { SecretStore, SecretStoreState } from '../core/credentials/secret-store.ts';
import { checkedId, checkedText, storeFailure } from './store-rules.ts';

/** A store for tests: nothing survives it. `items` shows what it holds, `setState` makes it fail as a real one does. */
export interface MemoryStore extends SecretStore {
  readonly items: Map<string, string>;
  setState(state: SecretStoreState): void;
}

export const createMemoryStore = ({ isOpen = false }: { isOpen?: boolean } = {}): MemoryStore => {
  const items = new Map<string, string>();
  let state: SecretStoreState = isOpen ? 'ready' : 'locked';
  const requireReady = (): void => {
    if (state !== 'ready') throw storeFailure(state);
  };
  return {
    kind: 'memory',
    items,
    setState(next) {
      state = next;
    },
    state: async () => state,
    async open() {
      if (state === 'locked') state = 'ready';
      requireReady();
    },
    async close() {
      state = 'locked';
    },
    async get(id) {
      requireReady();
      const text = items.get(checkedId(id));
      return text === undefined ? null : new Secret(text);
    },
    async set(id, secret) {
      requireReady();
      items.set(checkedId(id), checkedText(secret));
    },
    async delete(id) {
      requireReady();
      items.delete(checkedId(id));
    },
    verifyPassphrase: async () => null,
  };
};
