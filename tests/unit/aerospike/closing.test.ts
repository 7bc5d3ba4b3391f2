import { describe, expect, it, vi } from 'vitest';
import { closeWhenQuiet } from '../../../electron/servers/aerospike/connection/closing.ts';
import type { DriverClient } from '../../../electron/servers/aerospike/connection/load-client.ts';

describe('a retired client', () => {
  it('is closed once, when nobody uses it and nothing of it runs on', async () => {
    let [isUsed, isBusy] = [true, true];
    const close = vi.fn();
    const client = { close, as_client: { hasPendingAsyncCommands: () => isBusy } };
    const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
    closeWhenQuiet(client as unknown as DriverClient, () => isUsed);
    await pause();
    isUsed = false;
    await pause();
    expect(close).not.toHaveBeenCalled();
    isBusy = false;
    expect(close).not.toHaveBeenCalled();
    await pause();
    // Without the event loop's end: another client may be in use.
    expect(close.mock.calls).toEqual([[false]]);
  });
});
