import { readFileSync } from 'node:fs';
import { McpServer, type CallToolResult, type Tool as McpTool } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import type { JsonObject, JsonValue, ToolOutcome } from '../../core/workers/protocol.ts';
import { catalogueEntry } from './catalogue-entry.ts';
import type { Tool, ToolContext } from './define-tool.ts';
import type { WorkerOptions, WorkerServices } from './serve-worker.ts';
import { ToolError, reportError, type ToolLog } from './tool-error.ts';

export interface McpOptions<Services extends WorkerServices> extends WorkerOptions<Services> {
  name: string;
  version: string;
  /** Which members of the credential are secrets; the rest are plain fields. */
  secretFields: readonly string[];
}

/**
 * The same tools as a plain MCP server on stdio, for the Inspector and for deployments without the app.
 * The credential is one JSON object with the fields of DESIGN.md section 5, read once at the start: from the file named
 * by CHATELAINE_CREDENTIAL_FILE, else from descriptor 3 until its end. Nobody can be asked here, so tools that change
 * something are listed and run only with `--allow-writes`. Ends when stdin closes.
 */
export function serveMcp<Services extends WorkerServices>(options: McpOptions<Services>): void {
  z.config({ jitless: true });
  const services = connect(options);
  const allowWrites = process.argv.includes('--allow-writes');
  const tools = options.tools.filter((tool) => !tool.isInternal && (tool.effect === 'read' || allowWrites));

  serveStdio(() => {
    const mcp = new McpServer({ name: options.name, version: options.version }, { capabilities: { tools: {} } });
    // The level below registerTool: input is parsed by the kit, once, and the schemas are the catalogue's.
    const { server } = mcp;
    server.setRequestHandler('tools/list', () => ({ tools: tools.map(listed) }));
    server.setRequestHandler('tools/call', async (request, context): Promise<CallToolResult> => {
      const token = request.params._meta?.progressToken;
      const progress: ToolContext['progress'] = (done, total, message) => {
        if (token === undefined) return;
        const params = { progressToken: token, progress: done, ...(total && { total }), ...(message && { message }) };
        void context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
      };
      const tool = tools.find(({ name }) => name === request.params.name);
      const args = (request.params.arguments ?? {}) as JsonObject;
      return resultOf(
        await run(tool, args, services, { signal: context.mcpReq.signal, progress, plan: null, typed: null }),
      );
    });
    return mcp;
  });
  process.stdin.on('close', () => process.exit(0));
}

async function run<Services extends WorkerServices>(
  tool: Tool<Services> | undefined,
  args: JsonObject,
  services: Services,
  context: ToolContext,
): Promise<ToolOutcome> {
  try {
    if (!tool) throw new ToolError('not-found', 'There is no such tool here.', 'Look at the tool list.');
    const plan = tool.effect === 'read' ? null : await tool.plan(args, services, context);
    return await tool.call(args, services, { ...context, plan });
  } catch (error) {
    return { ok: false, error: reportError(error, stderrLog) };
  }
}

function resultOf(outcome: ToolOutcome): CallToolResult {
  if (outcome.ok) {
    const account = outcome.account === undefined ? '' : `Account ${outcome.account}\n`;
    return { content: [{ type: 'text', text: account + outcome.text }], structuredContent: outcome.structured };
  }
  const { message, hint } = outcome.error;
  return { content: [{ type: 'text', text: `${message} ${hint}` }], isError: true };
}

const listed = <Services extends WorkerServices>(tool: Tool<Services>): McpTool => {
  const { name, title, description, inputSchema, outputSchema, annotations } = catalogueEntry(tool);
  // The catalogue's own schema (core/gateway/catalogue.ts) holds these shapes; the build checks it.
  return { name, title, description, inputSchema, outputSchema, annotations } as unknown as McpTool;
};

function connect<Services extends WorkerServices>(options: McpOptions<Services>): Services {
  try {
    const bytes = readFileSync(process.env.CHATELAINE_CREDENTIAL_FILE ?? 3);
    const credential = z.record(z.string(), z.json()).parse(JSON.parse(bytes.toString('utf8')));
    bytes.fill(0);
    const members = Object.entries(credential).flatMap(flat);
    const isSecret = ([name]: [string, unknown]): boolean => options.secretFields.includes(name);
    const secrets = members.filter(isSecret).map(([name, text]) => [name, Buffer.from(z.string().parse(text))]);
    return options.connect(
      {
        fields: Object.fromEntries(members.filter((member) => !isSecret(member))),
        secrets: Object.fromEntries(secrets) as Record<string, Buffer>,
      },
      stderrLog,
    );
  } catch (error) {
    const reason = error instanceof ToolError ? error.message : 'The credential could not be read.';
    process.stderr.write(`${reason} Give it as JSON in CHATELAINE_CREDENTIAL_FILE or on descriptor 3.\n`);
    process.exit(2);
  }
}

/** `tls: { ca }` as `tls.ca`, the way in which providers name their nested fields. */
const flat = ([name, value]: [string, JsonValue]): [string, JsonValue][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([inner, item]): [string, JsonValue] => [`${name}.${inner}`, item])
    : [[name, value]];

const stderrLog: ToolLog = (level, event, fields) =>
  void process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
