// Loads the official client, which blocks its thread while it connects: only ever run in a process of its own.
import { createRequire } from 'node:module';

/** @type {any} */
export const Aerospike = createRequire(import.meta.url)('aerospike');
Aerospike.setDefaultLogging({ level: Aerospike.log.OFF });

/** Connects to the hosts given on the command line, with what is given behind them as JSON. */
export async function connect(more = {}) {
  const given = process.argv[3] ? JSON.parse(process.argv[3]) : {};
  return Aerospike.connect({
    hosts: process.argv[2],
    log: { level: Aerospike.log.OFF },
    ...given,
    ...more,
  });
}

/** One line of JSON, in which integers beyond a number's reach, bytes and nothing show. */
export const show = (value) =>
  JSON.stringify(value, (_, item) => {
    if (typeof item === 'bigint') return `${item}n`;
    if (item?.type === 'Buffer') return `b:${Buffer.from(item.data).toString('hex')}`;
    return item === undefined ? 'undef' : item;
  });

export const say = (...words) => process.stdout.write(`${words.join(' ')}\n`);

/** Runs something and says what came of it: its result, or its error's code. */
export async function attempt(name, run, tell = show) {
  try {
    say(name, tell(await run()));
  } catch (error) {
    say(name, 'error', error.code ?? error.message);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Puts a record, operates on it, and says the result and what is left. */
export function createBench(client, key) {
  return async (name, bins, ...operations) => {
    await client.remove(key).catch(() => undefined);
    if (bins) await client.put(key, bins);
    const tried = await client.operate(key, operations).then(
      (record) => show(record.bins),
      (error) => `error ${error.code}`,
    );
    const left = await client.get(key).then(
      (record) => show(record.bins),
      (error) => `error ${error.code}`,
    );
    say(name, '=>', tried, '| left', left);
  };
}
