import '../kit/shut-doors.ts';
import { serveWorker } from '../kit/serve-worker.ts';
import { connectAkamai } from './services.ts';
import { akamaiTools } from './tools/index.ts';

/** The program of an Akamai worker: one process, one customer section. */
serveWorker({ tools: akamaiTools, connect: (credential) => connectAkamai(credential) });
