import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { permitsToolset, type EffectivePolicy } from '../consent/policy.ts';
import type { CallRequest, Session } from './call.ts';
import type { Calls } from './calls.ts';
import type { OfferedPrompt, OfferedResource } from './catalogue.ts';
import { fillTemplate, matchTemplate, variablesOf } from './uri-template.ts';

/** More addresses would crowd out the conversation; the templates have them all. */
const mostResources = 200;
const mostCompletions = 100;

/**
 * What a server offers beside its tools. Every one of them is a tool call underneath, so grants, ceilings, limits and the
 * record hold for them as for any call; listing them contacts nothing.
 */
export function createOffers(deps: { session: Session; calls: Calls; policyOf: () => EffectivePolicy }) {
  const { session, calls } = deps;
  const { argument } = session.selector;
  const { resources, prompts, completions } = session.offers;
  const names = (): string[] => calls.granted(session).map(({ name }) => name);

  /** Those whose tool this client could call. */
  function usable(): OfferedResource[] {
    const { toolsets } = deps.policyOf();
    const tools = calls.usableTools(session).filter(({ toolset }) => permitsToolset(toolsets, toolset));
    return resources.filter(({ tool }) => tools.some(({ name }) => name === tool));
  }

  async function read(uri: string, request: CallRequest) {
    for (const { uriTemplate, tool } of resources) {
      const values = matchTemplate(uriTemplate, uri);
      if (!values) continue;
      const reply = await calls.call(session, tool, values, request);
      if (!reply.ok) throw invalid(reply.text);
      const meta = reply.receipt ? { _meta: { 'chatelaine/receipt': { ...reply.receipt } } } : {};
      return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(reply.structured), ...meta }] };
    }
    throw invalid('There is no resource at this address. The templates (resources/templates/list) say what there is.');
  }

  function prompt(name: string, given: Readonly<Record<string, string>>) {
    const found = prompts.find((candidate) => candidate.name === name);
    if (!found)
      throw invalid(`There is no prompt of that name. There are: ${prompts.map((one) => one.name).join(', ')}.`);
    const missing = found.arguments.filter((one) => one.required && !given[one.name]).map((one) => one.name);
    if (missing.length > 0) throw invalid(`The prompt needs: ${missing.join(', ')}.`);
    return { description: found.description, messages: [{ role: 'user' as const, content: filled(found, given) }] };
  }

  /** Never an error: a list that cannot be made is empty, and the person types on. */
  async function complete(
    { name, value }: { name: string; value: string },
    context: Readonly<Record<string, string>>,
    request: CallRequest,
  ): Promise<{ values: string[]; total?: number; hasMore?: boolean }> {
    if (name === argument) {
      const found = names().filter((known) => known.toLowerCase().includes(value.toLowerCase()));
      return { values: found.slice(0, mostCompletions), total: found.length, hasMore: found.length > mostCompletions };
    }
    const kind = completions?.kinds.find((one) => one.argument === name)?.kind;
    if (!completions || kind === undefined) return { values: [] };
    const known = Object.entries(context).filter(([key]) => key === argument || completions.context.includes(key));
    const reply = await calls.call(
      session,
      completions.tool,
      { ...Object.fromEntries(known), kind, prefix: value },
      { ...request, isOwn: true },
    );
    const found = reply.ok && Array.isArray(reply.structured.values) ? reply.structured.values.map(String) : [];
    return { values: found.slice(0, mostCompletions), hasMore: found.length > mostCompletions };
  }

  return {
    isOffering: resources.length + prompts.length > 0,
    templates: () => ({
      resourceTemplates: usable().map(({ uriTemplate, name, title, description }) => ({
        uriTemplate,
        name,
        title,
        description,
        mimeType: 'application/json',
      })),
    }),
    /** The addresses that need nothing but a name of a credential. */
    resources: () => ({
      resources: usable()
        .filter(({ uriTemplate }) => variablesOf(uriTemplate).every((name) => name === argument))
        .flatMap(({ uriTemplate, name, title, description }) =>
          names().map((credential) => ({
            uri: fillTemplate(uriTemplate, { [argument]: credential }),
            name: `${credential} ${name}`,
            title: `${credential}: ${title}`,
            description,
            mimeType: 'application/json',
          })),
        )
        .slice(0, mostResources),
    }),
    read,
    prompts: () => ({ prompts: prompts.map(({ text, ...shown }) => shown) }),
    prompt,
    complete,
  };
}

const filled = ({ text, arguments: known }: OfferedPrompt, given: Readonly<Record<string, string>>) => ({
  type: 'text' as const,
  // In one pass, so that a value with braces in it stays what it is.
  text: text.replace(/\{([a-z]+)\}/gi, (whole, name: string) => {
    if (!known.some((one) => one.name === name)) return whole;
    const value = Object.hasOwn(given, name) ? given[name] : '';
    return value === '' || value === undefined ? '(not given)' : value;
  }),
});

const invalid = (message: string): ProtocolError => new ProtocolError(ProtocolErrorCode.InvalidParams, message);
