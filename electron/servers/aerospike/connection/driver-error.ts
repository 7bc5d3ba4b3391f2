import { safeLine } from '../../kit/text-safety.ts';
import { ToolError, type ToolErrorCode } from '../../kit/tool-error.ts';
import type { AuthMode } from '../profile.ts';

type Said = readonly [code: ToolErrorCode, message: string, hint: string];

const again = 'Try again in a moment.';
const askAdmin = 'Ask whoever administers the cluster, or use another profile.';
const correct = 'Correct the argument and call the tool again.';
const signIn = 'Correct user or password in Chatelaine.';
const noUsers = 'There are no users and roles to look at or to change.';

/** The client's and the server's result codes (the C client's as_status.h) as we say them. */
const said: Readonly<Record<number, Said>> = {
  [-16]: ['upstream', 'Some parts of the batch failed.', again],
  [-15]: ['timed-out', 'The cluster gave no answer for this record.', again],
  [-14]: ['rate-limited', 'A node failed so often that the client leaves it alone for a second.', again],
  [-12]: ['timed-out', 'The cluster did not answer, though it was asked several times.', again],
  [-11]: ['rate-limited', 'Too many requests are waiting.', again],
  [-10]: ['unreachable', 'The connection to a node of the cluster failed.', again],
  [-9]: ['unreachable', 'The encrypted connection (TLS) to the cluster failed.', 'Test the profile in Chatelaine.'],
  [-8]: ['unreachable', 'No node that has this data can be reached.', again],
  [-7]: ['rate-limited', 'All connections to a node are in use.', again],
  [-6]: ['unreachable', 'The connection to a node of the cluster was lost.', again],
  [-4]: ['unreachable', 'The name of a seed host is not known.', 'Correct the hosts of the profile.'],
  [-2]: ['invalid-input', 'The client cannot send these arguments.', correct],
  1: ['upstream', 'The server failed with an error of its own.', again],
  2: ['not-found', 'There is no such record.', 'Check namespace, set and key; a record may have expired.'],
  3: ['changed', 'The record has changed: its generation is another one.', 'Read it again and decide anew.'],
  4: ['invalid-input', 'The server does not take this request with these arguments.', correct],
  5: ['changed', 'The record exists already.', 'Read it first, or write without asking for a new record.'],
  6: ['changed', 'The bin exists already.', 'Read the record first.'],
  7: ['upstream', 'The cluster is changing its nodes.', again],
  8: ['upstream', 'The server is out of space and takes no writes (stop-writes).', askAdmin],
  9: ['timed-out', 'The cluster did not answer in time.', 'Try again, or ask for less.'],
  10: ['refused', 'The server never allows this here.', 'Look at the namespace’s configuration.'],
  11: ['unreachable', 'The partition of this record is not available in the cluster now.', again],
  12: [
    'invalid-input',
    'The bin holds a value of another type than this needs.',
    'Read the record and look at its bins.',
  ],
  13: [
    'too-large',
    'The record would be larger than the server stores.',
    'Write less: smaller values or several records.',
  ],
  14: ['rate-limited', 'The record is being changed by too many at once (key busy).', again],
  15: ['upstream', 'The scan was ended by the server.', again],
  16: ['refused', 'The server does not support this.', 'Do it another way, or update the server.'],
  17: ['not-found', 'There is no such bin.', 'Read the record and look at its bins.'],
  18: ['rate-limited', 'The server’s storage cannot keep up (device overload).', again],
  19: ['upstream', 'Another key has the same digest.', askAdmin],
  20: ['not-found', 'There is no such namespace in this cluster.', 'List the namespaces.'],
  21: [
    'invalid-input',
    'A bin’s name is too long, or the record has too many bins.',
    'Bin names have at most 15 bytes.',
  ],
  22: [
    'refused',
    'The server forbids this now.',
    'The set may have reached its stop-writes limit (see aerospike_stop_writes). A strongly consistent namespace takes only durable deletes. A time to live needs nsup-period to be set; a skewed clock or a running truncate also forbid writes.',
  ],
  23: ['not-found', 'There is no such element in the list or map.', 'Read the bin first.'],
  24: ['changed', 'The element exists already.', 'Read the bin first.'],
  25: ['refused', 'Only Aerospike Enterprise can do this; this is a Community server.', 'Do it another way.'],
  26: ['invalid-input', 'The operation does not apply to this bin’s value.', 'Read the bin first.'],
  27: ['not-found', 'The record is there, but the filter left it out.', 'Ask without the filter.'],
  28: ['changed', 'A write from another cluster came first.', 'Read it again and decide anew.'],
  51: ['refused', 'This cluster has no users: security is a feature of Aerospike Enterprise.', noUsers],
  52: ['refused', 'This cluster has no users: security is not enabled on it.', noUsers],
  53: ['refused', 'The server does not know this way to sign in.', 'Choose another sign-in mode in the profile.'],
  55: ['invalid-input', 'The server does not take a field of this request.', correct],
  56: ['refused', 'The server is not in a state to do this.', again],
  60: ['not-found', 'The server does not know this user.', 'List the users.'],
  61: ['changed', 'There is already a user of this name.', 'Choose another name.'],
  62: ['invalid-input', 'The server does not take this password.', 'Choose another one.'],
  63: ['refused', 'The password has expired.', 'Rotate it in Chatelaine.'],
  64: ['refused', 'The server forbids this password: it was used before.', 'Choose another one.'],
  65: ['refused', 'The server refuses the password.', signIn],
  66: ['refused', 'The session has ended.', again],
  70: ['not-found', 'There is no such role.', 'List the roles.'],
  71: ['changed', 'There is already a role of this name.', 'Choose another name.'],
  72: ['invalid-input', 'The server does not know this privilege.', correct],
  73: ['invalid-input', 'The server does not take this list of networks.', correct],
  74: ['refused', 'Quotas are switched off on this server.', askAdmin],
  75: ['invalid-input', 'The server does not take this quota.', correct],
  80: ['refused', 'The server wants a user and a password, and the profile has none that it accepts.', signIn],
  81: ['refused', 'The user’s roles do not allow this.', askAdmin],
  82: ['refused', 'The user may not come from this machine’s address.', askAdmin],
  83: ['rate-limited', 'The user’s quota is used up.', again],
  100: ['upstream', 'The UDF failed.', 'Check module, function and arguments with aerospike_list_udfs.'],
  120: ['rate-limited', 'A transaction holds this record.', again],
  126: ['rate-limited', 'A transaction holds this record.', again],
  150: ['refused', 'Batches are switched off on this server.', askAdmin],
  151: ['too-large', 'The batch has more entries than the server takes.', 'Send fewer at once.'],
  152: ['rate-limited', 'The server’s queues for batches are full.', again],
  160: ['invalid-input', 'The server does not take this GeoJSON.', correct],
  200: ['changed', 'There is already such an index.', 'List the indexes.'],
  201: ['not-found', 'There is no such index.', 'List the indexes.'],
  202: ['upstream', 'The server has no memory left for the index.', askAdmin],
  203: ['rate-limited', 'The index is still being built.', again],
  204: ['upstream', 'The index failed.', askAdmin],
  205: ['invalid-input', 'The index’s name is too long.', correct],
  206: ['refused', 'The namespace has as many indexes as it can have.', askAdmin],
  210: ['upstream', 'The query was ended by the server.', again],
  211: ['rate-limited', 'Too many queries are waiting.', again],
  212: ['timed-out', 'The query took too long.', 'Ask for less.'],
  213: ['upstream', 'The query failed.', again],
  1301: ['not-found', 'There is no such UDF.', 'List the UDFs.'],
  1302: ['not-found', 'There is no such UDF module.', 'List the UDFs.'],
};

/** The result code in what the driver threw; null for anything that is not its error. */
export const statusOf = (error: unknown): number | null =>
  // An aborted signal's reason has a number for a code too, which is none of the server's.
  error instanceof Error && !(error instanceof DOMException) && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null;

/** The server's status for an answer that comes too late. */
export const timedOut = 9;

/** What the client says of itself (negative) or of time says nothing of what the server did, or would have said. */
export const isSilence = (status: number): boolean => status < 0 || status === timedOut;

/** How a status is said, without anything of the driver's own text. */
export function statusError(status: number, inDoubt = false): ToolError {
  const [code, message, hint] = said[status] ?? ['upstream', `The cluster refused with code ${status}.`, again];
  return inDoubt
    ? new ToolError(code, message, 'It may have been done all the same: read the record before you repeat it.')
    : new ToolError(code, message, hint);
}

/** Which of the two is wrong differs between releases, and is nobody's business who does not know both. */
const wrongPassword = (hint: string): Said => [
  'refused',
  'The user or the password is wrong: the server refuses them.',
  `Correct them in Chatelaine. ${hint}`,
];
const wrongLogin: Readonly<Record<AuthMode, Said>> = {
  internal: wrongPassword('A user of a directory (LDAP) signs in with the login external.'),
  external: wrongPassword('A user of the cluster’s own signs in with the login internal.'),
  externalInsecure: wrongPassword('A user of the cluster’s own signs in with the login internal.'),
  pki: [
    'refused',
    'The client certificate is no login here: the server refuses it.',
    'The name in it (its common name) must be a user of the cluster, and the server’s TLS must ask clients for certificates.',
  ],
};
/** What the server answers where it does not take who signs in: 60 user, 62 password, 65 credential. */
const wrongLoginCodes: readonly number[] = [60, 62, 65];
const noLogin = 'Remove user and password from the profile.';

/** What a code means while the client connects and signs in, where that is another thing than in a call. */
const saidAtSignIn: Readonly<Record<number, Said>> = {
  // Its one general code, although a seed answered, stands for the other nodes.
  [-1]: [
    'unreachable',
    'A seed host answers, but the nodes cannot be reached at the addresses that the cluster gives for them.',
    'Switch alternate addresses on (or off) in the profile, or check VPN and firewalls for all nodes.',
  ],
  51: ['refused', 'The server has no users (Community Edition), so it refuses to sign in.', noLogin],
  52: ['refused', 'Security is switched off on this server, so nobody can sign in.', noLogin],
};

/** What the client throws when it connects although a seed answered. */
export function connectError(error: unknown, authMode: AuthMode): ToolError {
  const status = statusOf(error) ?? 0;
  const atSignIn = wrongLoginCodes.includes(status) ? wrongLogin[authMode] : saidAtSignIn[status];
  return atSignIn ? new ToolError(...atSignIn) : driverError(error);
}

/**
 * What the driver threw, as a ToolError by its code alone: the driver's messages name nodes and addresses, and its errors
 * carry the whole configuration with the password. So nothing of `error` is kept, not even as a cause; but what was said of
 * the user's own Lua, see `compileError` and `udfError`.
 */
export function driverError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const status = statusOf(error);
  if (status === null) {
    // What the client's own checks throw (TypeError) and what breaks in it: said without its text.
    return new ToolError('invalid-input', 'The client cannot send this.', correct);
  }
  const told = status === udfFailed ? (compileError(error) ?? udfError((error as Error).message)) : null;
  if (told) return told;
  const inDoubt = typeof error === 'object' && error !== null && 'inDoubt' in error && error.inDoubt === true;
  return statusError(status, inDoubt);
}

/** `error=compile_error;file=a.lua;line=5;message=… from 192.0.2.1:3000`: the line, and what the compiler did not like. */
function compileError(error: unknown): ToolError | null {
  const told =
    error instanceof Error ? /^error=compile_error;file=[^;]*;line=(\d+);message=(.*)$/s.exec(error.message) : null;
  if (!told) return null;
  const [, line = '', rest = ''] = told;
  const why = withoutPlaces(rest);
  return new ToolError(
    'invalid-input',
    `This code does not compile: line ${line}: ${why}.`,
    'Correct the code and register it again.',
  );
}

/** `/opt/…/a.lua:5: message`, or that there is no such function: what a UDF's author needs in order to mend it. */
function udfError(text: string): ToolError | null {
  if (/^function not found\b/.test(text)) {
    return new ToolError(
      'not-found',
      'The module has no such function.',
      'Look at its code: names are case-sensitive.',
    );
  }
  const [, line, why] = /\.lua:(\d+): (.*)$/s.exec(text) ?? [];
  if (line === undefined || why === undefined) return null;
  return new ToolError(
    'upstream',
    `The UDF failed at line ${line}: ${withoutPlaces(why)}.`,
    'Check the arguments and the record, or correct the code and register it again.',
  );
}

export const udfFailed = 100;

/** Paths and nodes are nobody's business who asks. */
const withoutPlaces = (text: string): string =>
  safeLine(text.replace(/ from \S+$/, '').replace(/\S*[/\\]\S*/g, '…'), 120);
