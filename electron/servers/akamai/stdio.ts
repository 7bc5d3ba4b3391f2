import '../kit/shut-doors.ts';
import product from '../../../package.json' with { type: 'json' };
import { serveMcp } from '../kit/serve-mcp.ts';
import { connectAkamai } from './services.ts';
import { akamaiTools } from './tools/index.ts';

/** The Akamai tools as a plain MCP server on stdio; see serve-mcp for how it is given its credential. */
serveMcp({
  name: 'chatelaine-akamai',
  version: product.version,
  tools: akamaiTools,
  secretFields: ['clientToken', 'clientSecret', 'accessToken'],
  connect: (credential) => connectAkamai(credential),
});
