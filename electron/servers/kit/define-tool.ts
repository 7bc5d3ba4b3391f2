import type { z } from 'zod';
import type { Effect, JsonObject, Plan, ToolOutcome } from '../../core/workers/protocol.ts';
import { withinDeadline } from './call-deadline.ts';
import { maxTextBytes } from './limits.ts';
import { checkSize, parseInput, parseOutput } from './parse.ts';
import { ToolError } from './tool-error.ts';

export interface ToolContext {
  /** Aborts when the call is cancelled or its host goes away. */
  signal: AbortSignal;
  progress(progress: number, total?: number, message?: string): void;
  /** What consent was given for; null for tools that only read. */
  plan: Plan | null;
  /** What the person typed when agreeing, where the plan asked for it (`Plan.asks`). Wiped when the call has ended. */
  typed: Uint8Array | null;
}

/** What every provider's services have. */
export interface ToolServices {
  /** The account they act on, where the provider knows accounts. */
  readonly account?: string;
  /** Throws `refused` when this very credential may not do this, whoever agreed. Asked before each plan and each call. */
  permit?(tool: Pick<Tool<ToolServices>, 'name' | 'role' | 'effect' | 'isInternal'>, input: JsonObject): void;
}

interface Common<Input extends z.ZodObject, Output extends z.ZodObject, Services extends ToolServices> {
  /** `akamai_verb_noun`, at most 64 characters. */
  name: string;
  title: string;
  /** Costs tokens in every conversation: one or two sentences, an example where it helps. */
  description: string;
  /** The group that a grant switches on or off. */
  toolset: string;
  /** The least role that a credential must have, where the provider's credentials have roles. */
  role?: string;
  input: Input;
  /** Unknown members are dropped, so what is not named here cannot reach a model. */
  output: Output;
  /** Only the host itself calls it; never listed to a client. */
  internal?: boolean;
  /** Arguments as a person would give them, for docs/tools.md. */
  example?: z.input<Input>;
  /** Calling twice with the same arguments changes nothing more. Default: reads yes, others no. */
  isIdempotent?: boolean;
  run(input: z.output<Input>, services: Services, context: ToolContext): Promise<z.input<Output>>;
  /** The answer in few tokens, with the same facts; default: the output as JSON. */
  text?(output: z.output<Output>): string;
}

type Planner<Input extends z.ZodObject, Services> = (
  input: z.output<Input>,
  services: Services,
  context: ToolContext,
) => Plan | Promise<Plan>;

/** `effect` is the highest that the tool can have; its plan may lower it for given arguments. */
export type ToolDefinition<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  Services extends ToolServices,
> = Common<Input, Output, Services> &
  ({ effect: 'read'; plan?: never } | { effect: 'write' | 'destroy'; plan: Planner<Input, Services> });

export interface Tool<Services extends ToolServices> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: string;
  readonly role: string | null;
  readonly effect: Effect;
  readonly isInternal: boolean;
  readonly isIdempotent: boolean;
  readonly example: JsonObject;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Says what a call would do. A tool that only reads answers with effect `read`. Throws ToolError. */
  plan(args: JsonObject, services: Services, context: ToolContext): Promise<Plan>;
  /** Runs the call once. Throws ToolError; anything else that it throws is a defect. */
  call(args: JsonObject, services: Services, context: ToolContext): Promise<ToolOutcome>;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Services extends ToolServices>(
  definition: ToolDefinition<Input, Output, Services>,
): Tool<Services> {
  const { name, title, description, toolset, effect, input, output } = definition;
  const tool: Tool<Services> = {
    name,
    title,
    description,
    toolset,
    role: definition.role ?? null,
    effect,
    input,
    output,
    isInternal: definition.internal ?? false,
    isIdempotent: definition.isIdempotent ?? effect === 'read',
    // Examples are written as JSON; the input's type cannot say so.
    example: (definition.example ?? {}) as JsonObject,

    async plan(args, services, context) {
      const parsed = parseInput(input, args);
      services.permit?.(tool, args);
      if (definition.effect === 'read') return { effect: 'read', sentence: `${title}.`, preview: {} };
      return await definition.plan(parsed, services, context);
    },

    async call(args, services, context) {
      const parsed = parseInput(input, args);
      services.permit?.(tool, args);
      // The host decides on consent; that a change never runs without a decided plan is enforced here as well.
      if (effect !== 'read' && context.plan === null) throw planMissing();
      if (context.plan?.asks && !context.typed) throw nothingTyped(context.plan.asks.label);
      const answer = await withinDeadline(context, { isRead: effect === 'read' }, (limited) =>
        definition.run(parsed, services, limited),
      );
      const { structured, value } = parseOutput(output, answer);
      const network = context.plan?.network;
      return {
        ok: true,
        text: checkSize(definition.text?.(value) ?? JSON.stringify(structured), 1.25 * maxTextBytes),
        structured,
        ...(services.account === undefined ? {} : { account: services.account }),
        ...(network === undefined ? {} : { network }),
      };
    },
  };
  return tool;
}

const nothingTyped = (label: string): ToolError =>
  new ToolError(
    'refused',
    `${label} is typed by a person in Chatelaine, and was not.`,
    'Only the Chatelaine app can ask for it: call the tool through it.',
  );

const planMissing = (): ToolError =>
  new ToolError('refused', 'This call may change something and nobody has agreed to it.', 'Ask for a plan first.');
