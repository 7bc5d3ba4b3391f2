import { expect, it } from 'vitest';
import { readSettings } from '../../../electron/core/settings.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';

const reading = (text?: string) =>
  readSettings(
    '/home',
    createMemoryFiles(new Map(text === undefined ? [] : [['/home/settings.json', Buffer.from(text)]])),
  );

it('settings are the defaults unless the file says otherwise, each by itself', async () => {
  expect(await reading()).toEqual({ activity: { maxFileMb: 8, keepDays: 365 } });
  expect(await reading('{}')).toEqual(await reading());
  expect(await reading('{"activity":{"keepDays":30}}')).toEqual({ activity: { maxFileMb: 8, keepDays: 30 } });
  expect(await reading('{"activity":{"maxFileMb":0.5}}')).toEqual({ activity: { maxFileMb: 0.5, keepDays: 365 } });
});

it.each([
  ['', ''],
  ['[]', ''],
  ['{"activity":{"keepDays":0}}', 'activity.keepDays'],
  ['{"activity":{"keepDays":"30"}}', 'activity.keepDays'],
  ['{"activity":{"maxFileMB":1}}', 'maxFileMB'],
  ['{"activty":{}}', 'activty'],
])('settings that are not valid stop the start in words: %s', async (text, named) => {
  await expect(reading(text)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(new RegExp(`^/home/settings.json is not valid.*${named}.*did not start`)),
    hint: expect.stringContaining('remove it'),
  });
});
