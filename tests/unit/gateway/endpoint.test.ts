import { expect, it } from 'vitest';
import { endpointOf } from '../../../electron/core/gateway/endpoint.ts';

it('lies in the data folder where the path is short enough for every system', () => {
  expect(endpointOf('/home/a/.config/Chatelaine', 'linux')).toEqual({
    address: '/home/a/.config/Chatelaine/host.sock',
    folder: '/home/a/.config/Chatelaine',
  });
});

it('moves to a short private folder when the data folder is deep, the same one each time', () => {
  const deep = `/home/${'deep/'.repeat(40)}`;
  const { address, folder } = endpointOf(deep, 'darwin');
  expect(address.length).toBeLessThan(100);
  expect(address.startsWith(`${folder ?? ''}/`)).toBe(true);
  expect(endpointOf(deep, 'darwin').address).toBe(address);
  expect(endpointOf(`${deep}x`, 'darwin').address).not.toBe(address);
});

it('is a pipe on Windows that depends on the data folder alone', () => {
  const { address, folder } = endpointOf('C:\\Users\\a\\AppData\\Roaming\\Chatelaine', 'win32');
  expect(address).toMatch(/^\\\\\.\\pipe\\chatelaine-[A-Za-z0-9_-]{22}$/);
  expect(folder).toBeNull();
});
