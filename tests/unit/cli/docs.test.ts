import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../electron/cli/commands/index.ts';
import { helpFor, overview } from '../../../electron/cli/help.ts';
import { exitCodeOf, type FailureCode } from '../../../electron/core/failure.ts';

const docs = await readFile(join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');

describe('docs/cli.md and --help', () => {
  it.each(commands.map((command) => [command.name, command]))('say the same of %s', (_, command) => {
    const usage = `${command.name} ${command.usage}`.trim().replaceAll('|', '\\|');
    expect(docs).toContain(`\`${usage}\``);
    expect(overview(commands)).toContain(command.summary);
    expect(helpFor(command)).toContain(command.usage);
  });

  it('give each failure the exit code that it has', () => {
    for (const [, code = '', names = ''] of docs.matchAll(/^\| ([2-5]) \| [^|]+ \| ([^|]+) \|$/gm)) {
      for (const [, name] of names.matchAll(/`([a-z-]+)`/g)) expect(exitCodeOf(name as FailureCode)).toBe(Number(code));
    }
  });
});
