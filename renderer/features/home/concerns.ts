import type { HostFailure, Output } from '../../api.ts';
import { clientState } from '../clients/client-state.ts';
import { titleOf } from '../clients/use-client-title.ts';
import { dueWords } from '../credentials/due-words.ts';

/** Something that a person should look at, and where. */
export interface Concern {
  key: string;
  tone: 'bad' | 'warn' | 'info';
  title: string;
  text: string;
  action: { words: string; href: string } | null;
}

interface Facts {
  checks: Output<'host.doctor'>['checks'];
  credentials: Output<'credentials.list'>;
  approvals: Output<'approvals.list'>;
  clients: Output<'clients.list'>;
  workers: Output<'workers.list'>;
  failures: readonly Pick<HostFailure, 'code' | 'message' | 'hint'>[];
}

/** All that is not right, the most urgent first: who waits now, what is broken, what is due. */
export function concernsOf(facts: Facts, nowMs: number): Concern[] {
  return [
    ...distinct(facts.failures.map(ofFailure)),
    ...ofApprovals(facts.approvals),
    ...facts.checks.flatMap(ofCheck),
    ...facts.workers.flatMap(ofWorker),
    ...together(
      facts.credentials.flatMap(ofTest),
      (count) => `${count} credentials did not work when they were last tested.`,
    ),
    ...together(ofDue(facts.credentials, 'bad', nowMs), (count) => `The secrets of ${count} credentials are overdue.`),
    ...together(
      ofDue(facts.credentials, 'warn', nowMs),
      (count) => `The secrets of ${count} credentials are due soon.`,
    ),
    ...facts.clients.flatMap(ofClient),
  ].sort((one, other) => urgency[one.tone] - urgency[other.tone]);
}

const urgency = { bad: 0, warn: 1, info: 2 };

/** The same trouble of several questions is one thing to look at. */
const distinct = (concerns: readonly Concern[]): Concern[] => [
  ...new Map(concerns.map((concern) => [concern.key, concern])).values(),
];

const ofFailure = ({ code, message, hint }: Facts['failures'][number]): Concern => ({
  key: `failure-${code}-${message}`,
  tone: 'bad',
  title: message,
  text: hint,
  action: null,
});

function ofApprovals(approvals: Facts['approvals']): Concern[] {
  const [first] = approvals;
  if (!first) return [];
  const title =
    approvals.length === 1
      ? 'One question waits for your answer.'
      : `${approvals.length} questions wait for your answer.`;
  return [
    { key: 'approvals', tone: 'bad', title, text: first.sentence, action: { words: 'Answer', href: '#/approvals' } },
  ];
}

function ofCheck({ name, state, message, hint }: Facts['checks'][number]): Concern[] {
  if (state === 'ok') return [];
  const action = { words: 'Look at the checks', href: '#/settings' };
  return [
    {
      key: `check-${name}`,
      tone: state === 'failed' ? 'bad' : 'warn',
      title: `${name}: ${message}`,
      text: hint,
      action,
    },
  ];
}

function ofWorker({ credential, state, lastError }: Facts['workers'][number]): Concern[] {
  if (state !== 'failed' && state !== 'backing-off') return [];
  const title = `The worker of ${credential} does not stay up.`;
  const action = { words: 'Look at the servers', href: '#/servers' };
  return [{ key: `worker-${credential}`, tone: 'bad', title, text: lastError ?? '', action }];
}

type Credential = Facts['credentials'][number];

const pageOf = (name: string): string => `#/credentials/${encodeURIComponent(name)}`;

function ofTest({ name, lastTest }: Credential): Concern[] {
  if (lastTest?.ok !== false) return [];
  const title = `${name} did not work when it was last tested.`;
  const action = { words: 'Look at it', href: pageOf(name) };
  return [{ key: `test-${name}`, tone: 'bad', title, text: lastTest.message, action }];
}

function ofDue(credentials: readonly Credential[], wanted: 'bad' | 'warn', nowMs: number): Concern[] {
  return credentials.flatMap(({ name, due }): Concern[] => {
    const { words, tone } = dueWords(due, nowMs);
    if (tone !== wanted) return [];
    const text = 'Make new secrets at the issuer and replace them here.';
    const action = { words: 'Replace its secrets', href: `${pageOf(name)}?open=replace` };
    return [{ key: `due-${name}`, tone: wanted, title: `${name} ${words}`, text, action }];
  });
}

const fewAtMost = 3;

/** A few of one kind each by itself, many as one: a person has to see what else there is. */
function together(concerns: readonly Concern[], title: (count: number) => string): readonly Concern[] {
  const [first] = concerns;
  if (!first || concerns.length <= fewAtMost) return concerns;
  const text = `${first.title} And ${concerns.length - 1} more.`;
  const action = { words: 'Look at them', href: '#/credentials?open=worst' };
  return [{ key: `all-${first.key}`, tone: first.tone, title: title(concerns.length), text, action }];
}

function ofClient(client: Facts['clients'][number]): Concern[] {
  const { tone, sentence } = clientState(client);
  if (tone === 'good' || tone === 'neutral') return [];
  const text =
    client.entry === 'unreadable'
      ? 'Its card says which file it is and what is wrong with it.'
      : 'It cannot use Chatelaine until that is repaired.';
  const title = client.title === titleOf(client) ? sentence : `${client.name}: ${sentence}`;
  return [
    { key: `client-${client.name}`, tone, title, text, action: { words: 'Look at the clients', href: '#/clients' } },
  ];
}
