import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from '../../core/failure.ts';
import { defineCommand, usage } from '../command.ts';

export const execCommand = defineCommand({
  name: 'exec',
  usage: 'PROVIDER/NAME -- COMMAND…',
  summary: 'Run one command with a credential in its environment',
  help: `For Akamai the variables that Akamai's CLI, Terraform provider and SDKs read are set: AKAMAI_HOST,
AKAMAI_CLIENT_TOKEN, AKAMAI_CLIENT_SECRET, AKAMAI_ACCESS_TOKEN and AKAMAI_ACCOUNT_KEY. For Aerospike AEROSPIKE_HOSTS,
AEROSPIKE_USER, AEROSPIKE_PASSWORD, AEROSPIKE_AUTH_MODE, AEROSPIKE_TLS_NAME and AEROSPIKE_TLS_CA (PEM text), as far as
the profile has them; one with a client key is refused. Needs your passphrase and leaves a line in the activity record.
The command and everything it starts can read them: it is the one exception to the rule that a secret never enters an
environment.

  chatelaine exec akamai/acme-prod -- terraform plan
  chatelaine exec aerospike/orders -- node report.js`,
  raw: true,
  async run({ host, terminal }, args) {
    const [target = '', dashes, ...command] = args;
    if (target === '--help' || target === '-h') {
      terminal.print(`Usage: chatelaine exec ${execCommand.usage}\n\n${execCommand.help}`);
      return 0;
    }
    const [, provider, name] = /^([^/]+)\/(.+)$/.exec(target) ?? [];
    const [program, ...rest] = command;
    if (!provider || !name || dashes !== '--' || program === undefined)
      throw usage(execCommand, 'A credential, `--` and a command are needed');
    await (await host()).ask('credentials.show', { name });
    const proof = await terminal.passphrase('Chatelaine passphrase: ');
    const { environment } = await (
      await host()
    ).ask('credentials.environment', { provider, name, command: program }, proof);
    return run(program, rest, environment);
  },
});

/** The command has our terminal and our signals; how it ends is how we end, as a shell would say it. */
const run = (program: string, args: string[], environment: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...inherited(), ...environment } });
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    // A terminal sends Ctrl-C to both of us; a second one would make many programs give up their orderly end.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
    child.on('error', (error) =>
      reject(
        new Failure('not-found', `${program} could not be started: ${error.message}.`, 'Check its name and your PATH.'),
      ),
    );
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 128 + constants.signals[signal] : 1)));
  });

/** Variables of another credential in the person's shell would win or mix with ours. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AKAMAI_|AEROSPIKE_|CHATELAINE_)/.test(name)));
