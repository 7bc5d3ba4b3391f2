import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoFrame } from '../../../electron/servers/aerospike/connection/info-frame.ts';
import { infoCommand, readVerbs, writeVerbs } from '../../../electron/servers/aerospike/info/command.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';

const verbs = [...readVerbs, ...writeVerbs];
const hostile = fc.oneof(
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        'test',
        '\n',
        ';',
        ':',
        '=',
        '/',
        'truncate:namespace=test',
        '\r',
        '\0',
        ' ',
        '{',
        '%0a',
        '\u2028',
      ),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
  fc.stringMatching(/^[A-Za-z0-9_$.-]{1,40}$/),
);

describe('an info command', () => {
  it('either is refused or says exactly what was given, in one line', () => {
    const parameters = fc.dictionary(fc.constantFrom('namespace', 'set', 'indexname', 'context', 'id'), hostile, {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...verbs), parameters, (verb, given) => {
        let command: string;
        try {
          command = infoCommand(verb, given);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
          expect(Object.values(given).some((value) => !/^[A-Za-z0-9_$.,/-]{1,128}$/.test(value))).toBe(true);
          return;
        }
        expect(command).not.toMatch(/[\r\n\0]/);
        const [name, ...rest] = command.split(':');
        expect(name).toBe(verb);
        expect(rest.length).toBeLessThanOrEqual(1);
        const read = (rest[0] ?? '')
          .split(';')
          .filter((pair) => pair !== '')
          .map((pair) => pair.split('='));
        expect(read).toEqual(Object.entries(given));
        expect(
          infoFrame(command as never)
            .subarray(8)
            .toString(),
        ).toBe(`${command}\n`);
      }),
      { numRuns: 20_000 },
    );
  });

  it('with a path either is refused or has exactly its parts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('namespace', 'sets'),
        fc.array(hostile, { minLength: 1, maxLength: 2 }),
        (verb, parts) => {
          try {
            const command = infoCommand(verb, parts);
            expect(command).toBe([verb, ...parts].join('/'));
            expect(command).not.toMatch(/[\r\n\0;:=]/);
          } catch (error) {
            expect(error).toBeInstanceOf(ToolError);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
