// The program that an MCP client launches: `bridge PROVIDER`. It relays lines between the client's stdio and the host's
// socket, holds no secret and no tool, and stays up while the host restarts. It ends when the client closes stdin.
import './shut-doors.ts';
import { createClientSide } from './client-side.ts';
import { createHostSide } from './host-side.ts';

const [provider = ''] = process.argv.slice(2);
const home = process.env.CHATELAINE_HOME ?? '';
const registration = process.env.CHATELAINE_REGISTRATION ?? '';

if (!/^[a-z]+$/.test(provider) || home === '' || registration === '') {
  process.stderr.write(
    'usage: bridge PROVIDER, with CHATELAINE_HOME and CHATELAINE_REGISTRATION set as `chatelaine register` prints them.\n',
  );
  process.exit(2);
}

const clientSide = createClientSide({
  provider,
  version: APP_VERSION,
  input: process.stdin,
  output: process.stdout,
  onEnd: () => process.exit(0),
});
clientSide.relayTo(createHostSide({ home, registration, provider, listener: clientSide }));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
