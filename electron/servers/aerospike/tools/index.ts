import type { Tool } from '../../kit/define-tool.ts';
import type { AerospikeServices } from '../services.ts';
import { getRecord } from './get-record.ts';
import { operationTools } from './operations.ts';
import { putRecord } from './put-record.ts';

/** Every Aerospike tool, in the order in which clients see them. A new tool: its file, a line here, its test. */
export const aerospikeTools: readonly Tool<AerospikeServices>[] = [getRecord, putRecord, ...operationTools];
