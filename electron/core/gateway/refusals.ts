import type { CredentialRecord } from '../credentials/record.ts';
import { Failure } from '../failure.ts';
import type { CatalogueTool } from './catalogue.ts';

export const refusedEffect = (effect: string, { name }: CredentialRecord): Failure =>
  new Failure(
    'refused',
    `Chatelaine does not let this client use ${name} for calls that ${verbOf(effect)}.`,
    'The person can change that in Chatelaine with `chatelaine grant`.',
  );

export const refusedToolset = (tool: CatalogueTool, { name }: CredentialRecord): Failure =>
  new Failure(
    'refused',
    `The toolset "${tool.toolset}" is not granted to this client for ${name}.`,
    'The person can change that in Chatelaine with `chatelaine grant`.',
  );

const verbOf = (effect: string): string =>
  effect === 'read' ? 'read' : effect === 'write' ? 'change something' : 'destroy something or reach production';

export const deniedByPerson = (): Failure =>
  new Failure(
    'refused',
    'The person denied this call in Chatelaine. It was not made.',
    'Do not repeat it unless the person asks for it.',
  );

export const nobodyAnswered = (): Failure =>
  new Failure(
    'refused',
    'Nobody answered in Chatelaine in time, so this call was not made.',
    'Tell the person that it waits for a yes in Chatelaine (`chatelaine approvals`), then try again.',
  );
