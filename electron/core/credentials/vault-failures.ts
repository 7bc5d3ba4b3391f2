import { Failure } from '../failure.ts';

export const editedMeanwhile = (name: string): Failure =>
  new Failure(
    'changed',
    `“${name}” was edited while its new secret was tested. The new secret was not stored.`,
    'Look at the credential and enter the new secret again.',
  );

export const redirected = (name: string): Failure =>
  new Failure(
    'damaged',
    `The host or account of “${name}” was changed outside Chatelaine. Its secrets are not used for it.`,
    'Find out who changed it. Then edit the credential: correct it and enter all of its secrets again.',
  );

export const tooLate = (): Failure =>
  new Failure(
    'not-found',
    'That removal can no longer be undone. Nothing was changed.',
    'Add the credential again, or import it.',
  );
