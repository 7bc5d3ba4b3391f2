import type { z } from 'zod';
import { Failure, internalFailure, type FailureReport } from '../failure.ts';
import type { Log } from '../log.ts';
import type { Secret } from '../credentials/secret.ts';
import { procedures, type ProcedureName, type Procedures, type Transport } from './procedures.ts';

/** Who asks, and the person's proof if one came with the request (never part of the input, so never logged with it). */
export interface Requester {
  transport: Transport;
  proof: Secret | null;
  /** The page's session, the same object in each of its requests: what was proved once in it. */
  session?: object;
}

export type Handlers = {
  [Name in ProcedureName]: (
    input: z.output<Procedures[Name]['input']>,
    requester: Requester,
  ) => Promise<z.input<Procedures[Name]['output']>>;
};

export type Answer = { ok: true; output: unknown } | { ok: false; error: FailureReport };
export type Dispatch = (name: string, input: unknown, requester: Requester) => Promise<Answer>;

/**
 * The only gate to the handlers, whichever transport asks: known name, parsed input, run, **parsed output** (a handler
 * that returns more than the contract says cannot leak it), every failure as code, message and hint.
 */
export function createDispatch(handlers: Handlers, log: Log): Dispatch {
  return async (name, input, requester) => {
    try {
      if (!isProcedure(name)) {
        throw new Failure(
          'invalid-input',
          `There is no procedure called ${JSON.stringify(name).slice(0, 80)}.`,
          'Client and host may be of different versions: restart Chatelaine.',
        );
      }
      const { input: inputSchema, output: outputSchema, only } = procedures[name] as AnyProcedure;
      if (only && !only.includes(requester.transport)) throw wrongTransport(name);
      const parsed = inputSchema.safeParse(input);
      if (!parsed.success) throw invalidInput(parsed.error);
      // The generic seam: TypeScript cannot relate the three members of one name, the table's type does.
      const handle = handlers[name] as (input: unknown, requester: Requester) => Promise<unknown>;
      const output = await handle(parsed.data, requester);
      return { ok: true, output: outputSchema.parse(output) };
    } catch (error) {
      if (error instanceof Failure) return { ok: false, error: error.report() };
      const logId = log.error('procedure.failed', error, { name: name.slice(0, 80) });
      return { ok: false, error: internalFailure(logId) };
    }
  };
}

/** The entries differ in whether they have `only`, so the union of them does not. */
interface AnyProcedure {
  input: z.ZodType;
  output: z.ZodType;
  only?: readonly Transport[];
}

const wrongTransport = (name: ProcedureName): Failure =>
  new Failure(
    'refused',
    `${name} is not answered here. Nothing was done.`,
    'It answers with secrets, so it has its own place: the command line or a window, not both.',
  );

const isProcedure = (name: string): name is ProcedureName => Object.hasOwn(procedures, name);

/** Names the field and never the value: what was typed into the wrong field may be a secret. */
function invalidInput(error: z.ZodError): Failure {
  const [issue] = error.issues;
  const where = issue?.path.join('.') ?? '';
  const what = issue?.message ?? 'not as expected';
  return new Failure(
    'invalid-input',
    `${where ? `\`${where}\`` : 'The input'} is not valid: ${what}. Nothing was changed.`,
    'Correct it and try again.',
  );
}
