import '../shut-doors.ts';
import { runEmulator } from '../program.ts';
import { startAkamaiEmulator } from './emulator.ts';
import { crowdSeed, demoSeed } from './seed.ts';

/**
 * The first line on stdout is one JSON object `{"url","credentials":[…],"pid"}`. `--credentials` makes that many small
 * customers in place of the demo's.
 */
runEmulator({
  usage: 'akamai emulator [--port N] [--credentials N] [--with-parent]',
  options: { port: { type: 'string' }, credentials: { type: 'string' } },
  async start(_values, numberOf) {
    const count = numberOf('credentials', 1000);
    const port = numberOf('port', 65_535) ?? 0;
    const seed = count === undefined ? demoSeed() : crowdSeed(count);
    const { url, credentials } = await startAkamaiEmulator({ port, seed });
    return { url, credentials };
  },
  whatIsTaken: ({ port }) => `Port ${String(port)} is`,
});
