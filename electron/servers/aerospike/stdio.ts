import '../kit/shut-doors.ts';
import './connection/threads.ts';
import product from '../../../package.json' with { type: 'json' };
import { serveMcp } from '../kit/serve-mcp.ts';
import { sweepStaleFiles } from './connection/tls-files.ts';
import { connectAerospike } from './services.ts';
import { aerospikeTools } from './tools/index.ts';

/** The Aerospike tools as a plain MCP server on stdio; see serve-mcp for how it is given its profile. */
sweepStaleFiles();
serveMcp({
  name: 'chatelaine-aerospike',
  version: product.version,
  tools: aerospikeTools,
  secretFields: ['password', 'tls.key', 'tls.keyPassphrase'],
  connect: connectAerospike,
});
