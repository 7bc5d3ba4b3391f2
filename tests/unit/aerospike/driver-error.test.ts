import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectError, driverError, statusError } from '../../../electron/servers/aerospike/connection/driver-error.ts';
import { loadClient } from '../../../electron/servers/aerospike/connection/load-client.ts';
import { unreachable } from '../../../electron/servers/aerospike/connection/reach-words.ts';
import { reportError, toolErrorCodes } from '../../../electron/servers/kit/tool-error.ts';

const canary = 'CANARY-password';

/** As the client throws: a message with nodes and addresses, and a command that carries the whole configuration. */
class FakeAerospikeError extends Error {
  override name = 'AerospikeError';
  code: number;
  inDoubt: boolean;
  command = { client: { config: { password: canary } } };
  constructor(code: number, inDoubt = false) {
    super(`BB9020011AC4202 127.0.0.1:3000 ${canary} AEROSPIKE_ERR`);
    this.code = code;
    this.inDoubt = inDoubt;
  }
}

const everything = (error: Error & { hint?: string; cause?: unknown }): string =>
  [error.message, error.hint, error.stack, JSON.stringify(error), JSON.stringify(error.cause ?? null)].join(' ');

describe('what the client throws', () => {
  it('becomes words for its code alone: no password, node, address or driver text', () => {
    const any = fc.oneof(fc.integer({ min: -20, max: 1_400 }), fc.integer());
    fc.assert(
      fc.property(any, fc.boolean(), (code, inDoubt) => {
        const error = driverError(new FakeAerospikeError(code, inDoubt));
        expect(everything(error)).not.toMatch(/CANARY|127\.0\.0\.1|BB90|AEROSPIKE_/);
        expect(toolErrorCodes).toContain(error.code);
        const told = reportError(error, () => undefined);
        expect(told.message).toMatch(/\.$/);
        if (inDoubt) expect(told.hint).toMatch(/may have been done/);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [2, 'not-found', /no such record/],
    [3, 'changed', /generation/],
    [9, 'timed-out', /in time/],
    [13, 'too-large', /larger/],
    [14, 'rate-limited', /key busy/],
    [18, 'rate-limited', /device overload/],
    [20, 'not-found', /namespace/],
    [25, 'refused', /Enterprise/],
    [27, 'not-found', /filter/],
    [51, 'refused', /no users: security is a feature of Aerospike Enterprise/],
    [52, 'refused', /no users: security is not enabled/],
    [60, 'not-found', /does not know this user/],
    [62, 'invalid-input', /does not take this password/],
    [63, 'refused', /expired/],
    [65, 'refused', /password/],
    [80, 'refused', /user and a password/],
    [81, 'refused', /roles do not allow/],
    [83, 'rate-limited', /quota/],
  ])('with code %i is %s', (code, expected, words) => {
    expect(statusError(code)).toMatchObject({ code: expected, message: expect.stringMatching(words) });
  });

  it('when it connects and the other nodes cannot be reached says so', () => {
    const error = connectError(new FakeAerospikeError(-1), 'internal');
    expect(error).toMatchObject({ code: 'unreachable', hint: expect.stringMatching(/alternate addresses/) });
    expect(everything(error)).not.toMatch(/CANARY|127\.0\.0\.1/);
  });

  it('when it signs in says that user or password is wrong, whichever code the release has for it', () => {
    for (const code of [60, 62, 65])
      expect(connectError(new FakeAerospikeError(code), 'internal')).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(/^The user or the password is wrong/),
        hint: expect.stringMatching(/Correct them in Chatelaine/),
      });
    for (const code of [60, 65])
      expect(connectError(new FakeAerospikeError(code), 'pki')).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(/^The client certificate is no login here/),
        hint: expect.not.stringMatching(/password/),
      });
    for (const code of [51, 52])
      expect(connectError(new FakeAerospikeError(code), 'internal').hint).toMatch(
        /Remove user and password from the profile/,
      );
    expect(connectError(new FakeAerospikeError(63), 'internal')).toMatchObject({
      message: expect.stringMatching(/expired/),
    });
  });

  it('of code that does not compile says the line, and no path or node', () => {
    const told = (message: string) => driverError(Object.assign(new Error(message), { code: 100 }));
    expect(
      told("error=compile_error;file=a.lua;line=5;message=')' expected near 'local' from 127.0.0.1:3010"),
    ).toMatchObject({
      code: 'invalid-input',
      message: "This code does not compile: line 5: ')' expected near 'local'.",
    });
    const odd = told(
      'error=compile_error;file=a.lua;line=5;message=/opt/x/a.lua:5: \u202eodd\nline from 10.0.0.1:3000',
    );
    expect(odd.message).not.toMatch(/opt|10\.0|\n|\u202e/);
    expect(told('UDF: runtime error /opt/x').message).toBe('The UDF failed.');
  });

  it('and is no error of the server says nothing of itself either', () => {
    for (const thrown of [new TypeError(canary), new Error(canary), canary, null, { code: canary }, { config: canary }])
      expect(everything(driverError(thrown))).not.toContain(canary);
  });
});

describe('a client library that does not load', () => {
  it.each([
    ['libyaml-0.so.2: cannot open shared object file', /libyaml-0-2/],
    ["version `GLIBC_2.34' not found", /glibc/],
    ['Cannot find module /home/someone/app/node_modules/aerospike.node', /x64 and arm64/],
  ])('because of "%s" is said in one sentence with what to do, without paths', async (reason, hint) => {
    const error: unknown = await loadClient(() => Promise.reject(new Error(reason))).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'worker-failed', hint: expect.stringMatching(hint) });
    expect(everything(error as Error)).not.toMatch(/home|someone/);
  });
});

describe('seeds that cannot be used', () => {
  const seed = { host: 'secret-host.example', port: 3000, tlsName: null };

  it('are told by their reasons, never by their names', () => {
    const one = unreachable([{ seed, reach: 'tls-name' }]);
    expect(one).toMatchObject({ code: 'unreachable', message: expect.stringMatching(/another name/) });
    const three = unreachable([
      { seed, reach: 'refused' },
      { seed, reach: 'refused' },
      { seed, reach: 'silent' },
    ]);
    expect(three.message).toContain('2 refused, 1 silent');
    expect(unreachable([{ seed, reach: 'silent' }]).code).toBe('timed-out');
    for (const error of [one, three]) expect(`${error.message} ${error.hint}`).not.toContain('secret-host');
  });
});
