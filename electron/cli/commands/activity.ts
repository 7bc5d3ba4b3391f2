import type { Output } from '../../core/contract/procedures.ts';
import { defineCommand, positionals } from '../command.ts';

type Line = Output<'activity.list'>[number];

const page = 500;

const activity = defineCommand({
  name: 'activity',
  usage: '[--json] [--follow] [--verify]',
  summary: 'What was lent to whom, and what was done with it',
  help: `--follow goes on with what happens from now (one JSON object a line with --json).
--verify checks every line's MAC and that none is missing; exit code 1 when the record was altered.`,
  options: { follow: { type: 'boolean' }, verify: { type: 'boolean' } },
  async run({ host, terminal }, args, { json, follow, verify }) {
    positionals(activity, args, 0);
    const open = await host();
    if (verify) {
      const result = await open.ask('activity.verify', {});
      if (json) terminal.json(result);
      else terminal.print(`${result.ok ? '✓' : '✗'} ${result.message}`);
      return result.ok ? 0 : 1;
    }
    const lines = await open.ask('activity.list', { limit: page });
    if (!follow) {
      if (json) {
        terminal.json(lines);
        return;
      }
      lines.forEach((line) => terminal.print(sentence(line)));
      return;
    }
    const show = (line: Line): void => terminal.print(json ? JSON.stringify(line) : sentence(line));
    lines.forEach(show);
    let lastSeq = lines.at(-1)?.seq ?? 0;
    let reading = Promise.resolve();
    const readOn = async (): Promise<void> => {
      for (
        let more = await open.ask('activity.list', { after: lastSeq, limit: page });
        more.length > 0;
        more = await open.ask('activity.list', { after: lastSeq, limit: page })
      ) {
        more.forEach(show);
        lastSeq = more.at(-1)?.seq ?? lastSeq;
      }
    };
    open.onChange((keys) => {
      if (keys.includes('activity')) reading = reading.then(readOn, () => undefined);
    });
    reading = reading.then(readOn, () => undefined);
    await open.ended;
  },
});

/** One line for people: time, what happened, to what, by whom, how it went. */
function sentence({ at, kind, ...facts }: Line): string {
  const known = ['client', 'credential', 'tool', 'effect', 'outcome', 'durationMs', 'approvalId', 'reason'];
  const shown = known
    .filter((key) => facts[key] !== undefined && facts[key] !== null)
    .map((key) => (key === 'durationMs' ? `${String(facts[key])} ms` : String(facts[key])));
  return `${new Date(at).toLocaleString('sv')}  ${kind.padEnd(20)}  ${shown.join(' · ')}`;
}

export const activityCommands = [activity];
