import type { Tool } from '../../kit/define-tool.ts';
import type { AerospikeServices } from '../services.ts';
import { batchGet } from './batch-get.ts';
import { batchWrite } from './batch-write.ts';
import { checkClient } from './check-client.ts';
import { createIndex } from './create-index.ts';
import { deleteRecord } from './delete-record.ts';
import { dropIndex } from './drop-index.ts';
import { executeUdf } from './execute-udf.ts';
import { getRecord } from './get-record.ts';
import { listUdfs } from './list-udfs.ts';
import { operate } from './operate.ts';
import { operationTools } from './operations.ts';
import { putRecord } from './put-record.ts';
import { queryRecords } from './query-records.ts';
import { registerUdf } from './register-udf.ts';
import { removeUdf } from './remove-udf.ts';
import { scanSet } from './scan-set.ts';
import { testCredential } from './test-credential.ts';
import { truncateSet } from './truncate-set.ts';

/** Every Aerospike tool, in the order in which clients see them. A new tool: its file, a line here, its test. */
export const aerospikeTools: readonly Tool<AerospikeServices>[] = [
  getRecord,
  batchGet,
  queryRecords,
  scanSet,
  putRecord,
  operate,
  deleteRecord,
  batchWrite,
  truncateSet,
  createIndex,
  dropIndex,
  listUdfs,
  registerUdf,
  removeUdf,
  executeUdf,
  ...operationTools,
  testCredential,
  checkClient,
];
