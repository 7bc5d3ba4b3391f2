// Before anything else: without it SIGUSR1 opens Node's inspector (measured, SECURITY.md).
process.on('SIGUSR1', () => undefined);
// Nothing is ever printed: a native message could hold a value.
process.on('uncaughtException', () => process.exit(1));
// An ordinary exit waits for the thread in which a hung call sits.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

import type { BrokerReply, BrokerRequest } from './broker-protocol.ts';

// Loaded when the handlers stand, and inside a promise, so that a missing libsecret becomes an answer.
const keychain = import('keytar').then((module) => module.default);
keychain.catch(() => undefined);

/** keytar can hang for 25 s, crash on a locked keyring and starve the thread pool; here it takes down only this process. */
const perform = async ({ operation, service, account, value }: BrokerRequest): Promise<Uint8Array | null> => {
  const { getPassword, setPassword, deletePassword } = await keychain;
  switch (operation) {
    case 'get': {
      const text = await getPassword(service, account);
      return text === null ? null : Buffer.from(text, 'utf8');
    }
    case 'set': {
      const bytes = Buffer.from(value ?? []);
      value?.fill(0);
      await setPassword(service, account, bytes.toString('utf8'));
      bytes.fill(0);
      return null;
    }
    case 'delete':
      return (await deletePassword(service, account)) ? Buffer.alloc(0) : null;
  }
};

const answer = async (request: BrokerRequest): Promise<BrokerReply> => {
  try {
    return { id: request.id, ok: true, value: await perform(request) };
  } catch (error) {
    return { id: request.id, ok: false, message: error instanceof Error ? error.message : 'unknown error' };
  }
};

// One operation at a time: four stuck ones would fill libuv's thread pool.
let last = Promise.resolve();
process.on('message', (request: BrokerRequest) => {
  last = last.then(async () => {
    const reply = await answer(request);
    process.send?.(reply, undefined, undefined, () => {
      if (reply.ok) reply.value?.fill(0);
    });
  });
});
