import { expect, it } from 'vitest';
import { createSupervisor } from '../../../electron/core/workers/supervisor.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeLaunch } from '../../support/fake-launch.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

/** Workers whose credential is read when the test says so. */
function setUp() {
  const { launch, children } = createFakeLaunch((child, message) => {
    if (message.type === 'call')
      child.say({ type: 'result', id: message.id, outcome: { ok: true, text: 'done', structured: {} } });
  });
  const readings: { bytes: Buffer; finish: () => void }[] = [];
  const supervisor = createSupervisor({
    launch,
    clock: createFakeClock(),
    log: createQuietLog(),
    source: {
      programOf: () => ({ bundle: 'akamai-worker.cjs' }),
      credentialOf: () =>
        new Promise((resolve) => {
          const bytes = Buffer.from('secret');
          readings.push({ bytes, finish: () => resolve({ fields: {}, secrets: { clientSecret: bytes } }) });
        }),
    },
  });
  return { supervisor, children, readings };
}

it.each(['lock', 'removal'])('a worker whose credential is still being read is not started after a %s', async (how) => {
  const { supervisor, children, readings } = setUp();
  const call = supervisor.call('a', 'tool', {}, null);
  const failure = expect(call).rejects.toMatchObject({ code: 'worker-failed' });
  await (how === 'lock' ? supervisor.stopAll(0) : supervisor.stop('a'));
  readings[0]?.finish();
  await failure;
  expect(children).toEqual([]);
  await expect.poll(() => readings[0]?.bytes.every((byte) => byte === 0)).toBe(true);
  expect(supervisor.status()).toEqual([]);
});

it('a new start after that is not disturbed by the one that was overtaken', async () => {
  const { supervisor, children, readings } = setUp();
  const first = supervisor.call('a', 'tool', {}, null);
  const failure = expect(first).rejects.toMatchObject({ code: 'worker-failed' });
  await supervisor.stopAll(0);
  const second = supervisor.call('a', 'tool', {}, null);
  readings[1]?.finish();
  readings[0]?.finish();
  await failure;
  expect(await second).toMatchObject({ ok: true });
  expect(children).toHaveLength(1);
  expect(supervisor.status()).toMatchObject([{ state: { name: 'ready' } }]);
});
