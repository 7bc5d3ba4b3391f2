import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ApprovalView,
  Check,
  CredentialView,
  GrantView,
  HostView,
  RegistrationView,
  SectionView,
  WorkerView,
} from '../../../electron/core/contract/views.ts';

const documented = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

/** The outermost names of `Shape {a, b: {c}, d|null}`. */
function namesOf(shape: string): string[] {
  const start = documented.indexOf('{', documented.search(new RegExp(`^${shape} +\\{`, 'm')));
  let depth = 0;
  let text = '';
  for (const letter of documented.slice(start)) {
    if ('{[('.includes(letter)) depth += 1;
    if (depth === 1) text += letter;
    if ('}])'.includes(letter)) depth -= 1;
    if (depth === 0) break;
  }
  return text
    .replaceAll(/[{}[\]]/g, '')
    .split(',')
    .map((part) => /^\s*(\w+)/.exec(part)?.[1] ?? '')
    .filter((name) => name !== '')
    .sort();
}

describe('docs/cli.md names', () => {
  it.each([
    ['Credential', CredentialView],
    ['Section', SectionView],
    ['Grant', GrantView],
    ['Approval', ApprovalView],
    ['Host', HostView],
    ['Worker', WorkerView],
    ['Check', Check],
  ] as const)('every key of %s', (shape, view) => {
    expect(namesOf(shape)).toEqual(Object.keys(view.shape).sort());
  });

  it('every key of Registration but the runtime, which is our own business', () => {
    const keys = Object.keys(RegistrationView.shape).filter((key) => key !== 'runtime');
    expect(namesOf('Registration')).toEqual(keys.sort());
  });
});
