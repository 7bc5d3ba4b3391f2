import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isFailureCode } from '../../../electron/core/failure.ts';
import type { JsonObject } from '../../../electron/core/workers/protocol.ts';
import { annotationsOf } from '../../../electron/servers/kit/catalogue-entry.ts';
import { defineTool } from '../../../electron/servers/kit/define-tool.ts';
import { ToolError, reportError, toolErrorCodes } from '../../../electron/servers/kit/tool-error.ts';
import { contextWith } from '../../support/akamai-section.ts';

const echo = defineTool({
  name: 'test_echo',
  title: 'Echo',
  description: 'Gives back.',
  toolset: 'test',
  effect: 'read',
  input: z.object({ text: z.string().min(1), times: z.int().max(100_000).default(1) }),
  output: z.object({ text: z.string() }),
  run: async ({ text, times }, services: { account?: string; secret: string }) => ({
    text: text.repeat(times),
    secret: services.secret,
  }),
});
const services = { account: '1-A', secret: 'c4n4ry' };
const call = (args: JsonObject) => echo.call(args, services, contextWith());

describe('a tool', () => {
  it('drops members that its output does not name, and names the account', async () => {
    expect(await call({ text: 'a' })).toEqual({
      ok: true,
      account: '1-A',
      text: '{"text":"a"}',
      structured: { text: 'a' },
    });
  });

  it.each<[JsonObject, RegExp]>([
    [{}, /"text" does not fit/],
    [{ text: 1 }, /"text" does not fit: expected string/],
    [{ text: 'a', times: 1.5 }, /"times"/],
    [{ text: 'a', tmies: 2 }, /no argument "tmies"/],
    [{ text: 'a', constructor: 1 }, /no argument "constructor"/],
  ])('refuses %j in one sentence that names the argument', async (args, message) => {
    await expect(call(args)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(message) });
  });

  it('refuses an answer that no client would take', async () => {
    await expect(call({ text: 'x', times: 60_000 })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('derives its hints from its effect', () => {
    expect(annotationsOf('read', true)).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(annotationsOf('write', false)).toMatchObject({ readOnlyHint: false, destructiveHint: false });
    expect(annotationsOf('destroy', false)).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  });
});

describe('what went wrong', () => {
  it('is told in codes that the core knows', () => {
    expect(toolErrorCodes.filter((code) => !isFailureCode(code))).toEqual([]);
  });

  it('is a fixed sentence with a log id when nobody foresaw it, and the log keeps no foreign words', () => {
    const lines: unknown[] = [];
    const log = (...line: unknown[]) => void lines.push(line);
    const report = reportError(new Error('token c4n4ry'), log);
    expect(report).toMatchObject({ code: 'internal', message: expect.stringMatching(/log id [0-9a-f]{8}/) });
    reportError(new SyntaxError('Unexpected token c4n4ry in JSON'), log);
    reportError('c4n4ry', log);
    expect(JSON.stringify([report, lines])).not.toContain('c4n4ry');
    expect(lines).toHaveLength(3);
    expect(reportError(new ToolError('refused', 'No.', 'Ask.'), log)).toEqual({
      code: 'refused',
      message: 'No.',
      hint: 'Ask.',
    });
  });
});
