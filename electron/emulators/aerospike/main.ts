import '../shut-doors.ts';
import { runEmulator, WrongUsage } from '../program.ts';
import { demoProfiles, demoTls, demoUsers } from './demo-credentials.ts';
import { startAerospikeEmulator } from './emulator.ts';

/**
 * The first line on stdout is one JSON object `{"url","credentials":[…],"pid"}`; each credential is as `chatelaine add
 * aerospike` takes it. Node i listens on port + i.
 */
runEmulator({
  usage: 'aerospike emulator [--port N] [--nodes N] [--tls] [--auth] [--with-parent]',
  options: {
    port: { type: 'string' },
    nodes: { type: 'string' },
    tls: { type: 'boolean' },
    auth: { type: 'boolean' },
  },
  async start(values, numberOf) {
    const port = numberOf('port', 65_535) ?? 0;
    const nodes = numberOf('nodes', 8) ?? 2;
    if (nodes === 0 || port + nodes - 1 > 65_535) throw new WrongUsage();
    const tls = values.tls ? demoTls() : null;
    const { hosts } = await startAerospikeEmulator({
      port,
      nodes,
      seed: 'demo',
      ...(tls ? { tls: tls.server } : {}),
      ...(values.auth ? { auth: demoUsers } : {}),
    });
    return { url: hosts[0], credentials: demoProfiles(hosts, values.auth === true, tls) };
  },
  whatIsTaken: ({ port, nodes = '2' }) =>
    nodes === '1' ? `Port ${String(port)} is` : `One of the ${String(nodes)} ports from ${String(port)} on is`,
});
