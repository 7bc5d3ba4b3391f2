import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMachine } from '../../../electron/platform/machine.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

it('this machine tells what is there, links followed, and nothing of what is not', async () => {
  const folder = temporaryFolder();
  const machine = createMachine({ SET: 'x', EMPTY: '' });
  mkdirSync(join(folder, 'inside'));
  writeFileSync(join(folder, 'file'), 'abc');
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  expect(await machine.facts(folder)).toMatchObject({ isFolder: true });
  expect(await machine.facts(join(folder, 'link'))).toMatchObject({ isFolder: false, isWritable: true, size: 3 });
  chmodSync(join(folder, 'file'), 0o444);
  expect(await machine.facts(join(folder, 'file'))).toMatchObject({ isWritable: false });
  expect(await machine.facts(join(folder, 'nothing'))).toBeNull();
  expect((await machine.list(folder)).sort()).toEqual(['file', 'inside', 'link']);
  expect(await machine.list(join(folder, 'nothing'))).toEqual([]);
  expect(['SET', 'EMPTY', 'UNSET'].map((name) => machine.variable(name))).toEqual(['x', undefined, undefined]);
});

it('this machine tells which programs run', async () => {
  expect((await createMachine().programs())?.some((program) => program.includes('node'))).toBe(true);
});

it('a system program that is not there means not told, never an error', async () => {
  const elsewhere = createMachine({}, 'win32');
  expect(await elsewhere.programs()).toBeNull();
  expect(await elsewhere.hasRegistryKey('HKCU\\SOFTWARE\\Policies\\Claude')).toBe(false);
});
