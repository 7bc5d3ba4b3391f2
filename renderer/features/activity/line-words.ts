import type { Output } from '../../api.ts';
import type { Tone } from '../../ui/badge.tsx';

export type Line = Output<'activity.page'>['lines'][number];

/** One line of the record as a sentence. A kind that this page does not know is told by its own name. */
export function lineWords(line: Line): { text: string; tone: Tone } {
  const fact = (key: string): string => {
    const value = line[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const who = fact('client');
  const what = fact('tool');
  const credential = fact('credential');
  switch (line.kind) {
    case 'call-started':
      return { text: `${who} called ${what} with ${credential}`, tone: 'neutral' };
    case 'call-finished': {
      const isFine = fact('outcome') === 'ok';
      return {
        text: `${who}: ${what} with ${credential} ${isFine ? 'answered' : `ended with ${fact('outcome')}`}`,
        tone: isFine ? 'good' : 'bad',
      };
    }
    case 'credential-added':
      return { text: `${credential} was added`, tone: 'neutral' };
    case 'credential-edited':
      return { text: `${credential} was edited`, tone: 'neutral' };
    case 'credential-removed':
      return { text: `${credential} was removed`, tone: 'warn' };
    case 'credential-restored':
      return { text: `${credential} was put back`, tone: 'neutral' };
    case 'credential-replaced':
      return { text: `The secrets of ${credential} were replaced`, tone: 'good' };
    case 'replacement-refused':
      return { text: `New secrets for ${credential} did not work; the old ones stay`, tone: 'warn' };
    case 'credential-imported':
      return { text: `${credential} was imported`, tone: 'neutral' };
    case 'credential-exported':
      return { text: `${credential} was exported in clear`, tone: 'warn' };
    case 'secret-revealed':
      return { text: `The ${spaced(fact('field'))} of ${credential} was shown`, tone: 'warn' };
    case 'secret-copied':
      return { text: `The ${spaced(fact('field'))} of ${credential} was copied`, tone: 'warn' };
    case 'credential-tested': {
      const isFine = fact('outcome') === 'ok';
      return { text: `${credential} was tested: ${isFine ? 'works' : fact('outcome')}`, tone: isFine ? 'good' : 'bad' };
    }
    case 'credential-used-by-exec':
      return { text: `${credential} was lent to the command ${fact('command')}`, tone: 'neutral' };
    case 'client-refused':
      return { text: `${who === '' ? 'A program' : who} was refused: ${fact('reason')}`, tone: 'bad' };
    case 'registration-added':
      return { text: `${who} was registered`, tone: 'neutral' };
    case 'registration-removed':
      return { text: `${who} was unregistered`, tone: 'neutral' };
    case 'registration-repaired':
      return { text: `The entry of ${who} was written again`, tone: 'neutral' };
    case 'grant-changed':
      return {
        text: `What ${who} may do with ${credential === '' ? fact('provider') : credential} was changed`,
        tone: 'warn',
      };
    case 'approval-requested':
      return { text: `${who} asked to call ${what} with ${credential}`, tone: 'info' };
    case 'approval-approved':
      return { text: `${what} with ${credential} was approved for ${who} (${fact('scope')})`, tone: 'good' };
    case 'approval-denied':
      return { text: `${what} with ${credential} was denied to ${who}`, tone: 'bad' };
    case 'approval-expired':
      return { text: `Nobody answered: ${what} with ${credential} for ${who}`, tone: 'warn' };
    case 'unlocked':
      return { text: 'Unlocked', tone: 'neutral' };
    case 'locked':
      return { text: 'Locked', tone: 'neutral' };
    case 'unlock-failed':
      return { text: 'Somebody failed to unlock', tone: 'bad' };
    case 'passphrase-set':
      return { text: 'The passphrase was set', tone: 'warn' };
    case 'proof-refused':
      return { text: 'A wrong passphrase was typed', tone: 'bad' };
    case 'host-started':
      return { text: `Chatelaine ${fact('version')} started`, tone: 'neutral' };
    case 'host-stopped':
      return { text: 'Chatelaine stopped', tone: 'neutral' };
    case 'worker-failed':
      return { text: `The worker of ${credential} failed: ${fact('reason')}`, tone: 'bad' };
    case 'worker-stopped':
      return { text: `The worker of ${credential} was stopped`, tone: 'neutral' };
    case 'settings-changed':
      return { text: 'Settings were changed', tone: 'neutral' };
    case 'record-file-started':
      return { text: 'The record began a new file', tone: 'neutral' };
    case 'record-repaired':
      return { text: `A half-written end of the record was cut off (${fact('bytes')} bytes)`, tone: 'warn' };
    case 'record-damaged':
      return { text: `The record is damaged: ${fact('reason')}`, tone: 'bad' };
    case 'record-entries-dropped':
      return { text: `${fact('count')} entries could not be recorded`, tone: 'bad' };
    default:
      return { text: [line.kind.replaceAll('-', ' '), credential, who].filter(Boolean).join(' · '), tone: 'neutral' };
  }
}

/** `clientSecret` → `client secret` */
const spaced = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
