import type { HostFailure, Output } from '../../api.ts';
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

/** All that is not right, the most urgent first: who waits now, what is broken, what is due, what was never proven. */
export function concernsOf(facts: Facts, nowMs: number): Concern[] {
  const { checks, credentials, approvals, clients, workers, failures } = facts;
  return [
    ...failures.map(({ code, message, hint }): Concern => ({
      key: `failure-${code}-${message}`,
      tone: 'bad',
      title: message,
      text: hint,
      action: null,
    })),
    ...(approvals.length === 0 ? [] : [waiting(approvals)]),
    ...checks
      .filter(({ state }) => state === 'failed')
      .map(({ name, message, hint }): Concern => ({
        key: `check-${name}`,
        tone: 'bad',
        title: `${name}: ${message}`,
        text: hint,
        action: toSettings,
      })),
    ...workers
      .filter(({ state }) => state === 'failed' || state === 'backing-off')
      .map(({ credential, lastError }): Concern => ({
        key: `worker-${credential}`,
        tone: 'bad',
        title: `The server of ${credential} does not stay up.`,
        text: lastError ?? '',
        action: { words: 'Look at the servers', href: '#/servers' },
      })),
    ...credentials
      .filter(({ lastTest }) => lastTest?.ok === false)
      .map(({ name, lastTest }): Concern => ({
        key: `test-${name}`,
        tone: 'bad',
        title: `${name} did not work when it was last tested.`,
        text: lastTest?.message ?? '',
        action: toCredential(name),
      })),
    ...credentials.flatMap(({ name, due }): Concern[] => {
      const { words, tone } = dueWords(due, nowMs);
      if (tone !== 'bad' && tone !== 'warn') return [];
      return [
        {
          key: `due-${name}`,
          tone,
          title: `${name}: ${words}`,
          text: 'Make new secrets at the issuer and replace them here.',
          action: toCredential(name, 'Replace its secrets', 'replace'),
        },
      ];
    }),
    ...clients
      .filter(({ entry }) => entry === 'missing' || entry === 'changed' || entry === 'unreadable')
      .map(({ name, entry }): Concern => ({
        key: `entry-${name}`,
        tone: 'warn',
        title: `${name} ${entry === 'missing' ? 'has lost its entry' : entry === 'changed' ? 'has a changed entry' : 'has a configuration that cannot be read'}.`,
        text: 'It cannot start Chatelaine until that is repaired.',
        action: { words: 'Look at the clients', href: '#/clients' },
      })),
    ...checks
      .filter(({ state }) => state === 'warning')
      .map(({ name, message, hint }): Concern => ({
        key: `check-${name}`,
        tone: 'warn',
        title: `${name}: ${message}`,
        text: hint,
        action: toSettings,
      })),
    ...clients
      .filter(({ lastSeen, entry }) => lastSeen === null && entry !== 'missing')
      .map(({ name }): Concern => ({
        key: `unseen-${name}`,
        tone: 'info',
        title: `${name} is registered and was never seen.`,
        text: 'Start it, or restart it if it was running, and ask it something.',
        action: { words: 'Verify it', href: '#/clients' },
      })),
  ].sort((one, other) => urgency[one.tone] - urgency[other.tone]);
}

const urgency = { bad: 0, warn: 1, info: 2 };

function waiting(approvals: Facts['approvals']): Concern {
  const [first] = approvals;
  return {
    key: 'approvals',
    tone: 'bad',
    title:
      approvals.length === 1
        ? `${first?.client ?? 'A client'} waits for your answer.`
        : `${approvals.length} questions wait for your answer.`,
    text: first?.sentence ?? '',
    action: { words: 'Answer', href: '#/approvals' },
  };
}

const toSettings = { words: 'Look at the checks', href: '#/settings' };
const toCredential = (name: string, words = 'Look at it', open = ''): Concern['action'] => ({
  words,
  href: `#/credentials/${encodeURIComponent(name)}${open === '' ? '' : `?open=${open}`}`,
});
