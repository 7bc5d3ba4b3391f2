// A child that replaces one file for ever, each time with a content whose first and last line agree; to be killed.
import { createDurableFiles } from '../../electron/core/files/durable-file.ts';

const path = process.argv[2] ?? '';
const files = createDurableFiles();
for (let number = 0; ; number += 1) {
  await files.write(path, Buffer.from(`${number}\n${'x'.repeat(200_000)}\n${number}\n`));
  if (number === 0) process.stdout.write('ready\n');
}
