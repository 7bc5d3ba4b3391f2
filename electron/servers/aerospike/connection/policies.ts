import { readKey } from '../values/record-key.ts';
import type { RecordKey } from '../values/typed-json.ts';
import type { CallLimits, RemovePolicy, Ttl, WritePolicy } from './connection.ts';
import type { Driver } from './load-client.ts';
import type { Open } from './session.ts';

/**
 * What every command of one call is given: a read may be repeated, a write never is. A node that is silent for a third of
 * the time is given up, so that another one with a copy can still answer.
 */
export const readTimes = (timeoutMs: number) => ({
  totalTimeout: timeoutMs,
  socketTimeout: Math.ceil(timeoutMs / 3),
  maxRetries: 2,
});
/**
 * The client takes the copy to read from each command's own policy, and from nowhere else. Where no rack is preferred this
 * one begins with the master; by any other a batch asks a silent node again instead of the one with the copy.
 */
export const readOptions = ({ driver }: Open, timeoutMs: number) => ({
  ...readTimes(timeoutMs),
  replica: driver.policy.replica.PREFER_RACK,
});
export const writeTimes = (timeoutMs: number) => ({ totalTimeout: timeoutMs, socketTimeout: timeoutMs, maxRetries: 0 });

export const timeoutOf = (context: CallLimits, profileMs: number): number =>
  Math.max(1, Math.round(context.timeoutMs ?? profileMs));

/** The numbers that the protocol gives to what a time to live can mean; a caller never sees them. */
export function ttlNumber(ttl: Ttl): number {
  switch (ttl) {
    case 'namespace-default':
      return 0;
    case 'never':
      return -1;
    case 'keep':
      return -2;
    default:
      return ttl;
  }
}

export function existsNumber({ policy }: Driver, exists: WritePolicy['exists']): number {
  switch (exists) {
    case 'update':
      return policy.exists.IGNORE;
    case 'create':
      return policy.exists.CREATE;
    case 'replace':
      return policy.exists.CREATE_OR_REPLACE;
    case 'update-only':
      return policy.exists.UPDATE;
    case 'replace-only':
      return policy.exists.REPLACE;
  }
}

/** Whether the key is sent beside its digest. Told to send one that is not there, the client ends the process in a batch. */
export const keyOption = ({ policy }: Driver, { key }: RecordKey, storeKey: boolean) => ({
  key: storeKey && !('digest' in readKey(key)) ? policy.key.SEND : policy.key.DIGEST,
});

/** Community servers refuse a delete with this flag, and nothing else. */
export const durableOption = (durableDelete: boolean | undefined) => (durableDelete ? { durableDelete } : {});

/** What a write policy of any kind has in common. */
export const writeOptions = (driver: Driver, key: RecordKey, how: WritePolicy) => ({
  exists: existsNumber(driver, how.exists),
  ...keyOption(driver, key, how.storeKey),
  gen: how.generation === undefined ? driver.policy.gen.IGNORE : driver.policy.gen.EQ,
  ...durableOption(how.durableDelete),
});

/** What a delete is bound to; its generation stands in the policy itself. */
export const removeOptions = ({ policy }: Driver, { generation, durableDelete }: RemovePolicy) => ({
  ...(generation === undefined ? {} : { gen: policy.gen.EQ, generation }),
  ...durableOption(durableDelete),
});

/** The metadata beside a write: time to live and the generation that it is bound to. */
export const writeMeta = (how: WritePolicy) => ({
  ttl: ttlNumber(how.ttl),
  ...(how.generation === undefined ? {} : { gen: how.generation }),
});
