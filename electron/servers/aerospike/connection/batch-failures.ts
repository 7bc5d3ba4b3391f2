import type { BatchOutcome } from './connection.ts';
import type { ReadyEntry } from './batch-entries.ts';
import { statusError, statusOf, udfFailed } from './driver-error.ts';
import { readOptions } from './policies.ts';
import { driverKey, type RecordCall } from './record-calls.ts';

export type BatchFailure = Extract<BatchOutcome, { ok: false }>;

export const failed = (status: number, inDoubt: boolean): BatchFailure => ({
  ok: false,
  code: codeOf(status),
  message: messageOf(status),
  inDoubt,
});

/** An entry's failure has no hint beside it; where the message alone names no cause, it is said in one breath. */
function messageOf(status: number): string {
  const { message, hint } = statusError(status);
  if (status === udfFailed) return `${message} aerospike_execute_udf, for one record, says why.`;
  return status === forbidden ? `${message} ${hint}` : message;
}

const forbidden = 22;

function codeOf(status: number): BatchFailure['code'] {
  switch (status) {
    case 2:
      return 'not-found';
    case 3:
      return 'generation';
    case 5:
      return 'exists';
    case 13:
      return 'too-large';
    case 10:
    case 22:
    case 25:
    case 80:
    case 81:
    case 82:
      return 'refused';
    default:
      return 'failed';
  }
}

const batchFailed = -16;
export const unknownNamespace = 20;

/** The client says only that such a batch failed; it has sent nothing then. Each of its namespaces is asked for once. */
export async function areNamespacesUnknown(
  { open, timeoutMs }: RecordCall,
  chunk: readonly ReadyEntry[],
  error: unknown,
): Promise<boolean> {
  if (statusOf(error) !== batchFailed) return false;
  const { driver, client } = open;
  const keys = new Map(chunk.map(({ entry }) => [entry.key.namespace, entry.key]));
  const policy = new driver.ReadPolicy(readOptions(open, timeoutMs));
  const answers = [...keys.values()].map((key) =>
    client.exists(driverKey(driver, key), policy).then(
      () => 0,
      (reason: unknown) => statusOf(reason),
    ),
  );
  return (await Promise.all(answers)).every((status) => status === unknownNamespace);
}
