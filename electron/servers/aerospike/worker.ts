import '../kit/shut-doors.ts';
import './connection/threads.ts';
import { serveWorker } from '../kit/serve-worker.ts';
import { sweepStaleFiles } from './connection/tls-files.ts';
import { connectAerospike } from './services.ts';
import { aerospikeTools } from './tools/index.ts';

/** The program of an Aerospike worker: one process, one profile. */
sweepStaleFiles();
serveWorker({ tools: aerospikeTools, connect: connectAerospike });
