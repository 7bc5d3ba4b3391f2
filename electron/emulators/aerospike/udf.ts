import { code, refuse } from './codes.ts';
import { callLua, type LuaHost } from './lua.ts';
import { field, op, textField, type Answer } from './message.ts';
import { unpack } from './msgpack.ts';
import { decode, encode } from './particles.ts';
import { begun, checkMayWrite, deleteRefusal, end, voidTimeOf } from './record-write.ts';
import type { RecordRequest } from './record-request.ts';
import { epochMs, setOf, store, storedBytes } from './store.ts';
import { isList, utf8, type Value } from './values.ts';

/** Runs a function of a Lua module on one record. Its value comes as the bin SUCCESS, a failure's text as FAILURE. */
export function runRecordUdf(request: RecordRequest): Answer {
  const { cluster, message, node } = request;
  if (node.config.service.get('disable-udf-execution') === 'true') refuse(code.forbidden);
  const name = textField(message.fields, field.udfModule) ?? '';
  const module = cluster.modules.get(`${name}.lua`) ?? cluster.modules.get(name);
  if (!module) return failure('UDF: Execution Error 1');
  const given = message.fields.get(field.udfArguments);
  const args = given && given.length > 0 ? unpack(given) : null;
  // Thrown inside of Lua it would be the function's own failure.
  const refusals: number[] = [];
  const changes: (() => void)[] = [];
  const outcome = callLua(
    module,
    textField(message.fields, field.udfFunction) ?? '',
    isList(args) ? args.items : [],
    hostFor(request, { refuse: (refusal) => refusals.push(refusal), change: (change) => changes.push(change) }),
  );
  if (refusals[0] !== undefined) refuse(refusals[0]);
  if (!outcome.ok) return failure(outcome.message);
  for (const change of changes) change();
  const { type, data } = encode(outcome.result);
  return { resultCode: code.ok, bins: [{ op: op.read, name: 'SUCCESS', type, value: data }] };
}

function failure(text: string): Answer {
  const { type, data } = encode(text);
  return { resultCode: code.udfExecution, bins: [{ op: op.read, name: 'FAILURE', type, value: data }] };
}

/** What the function sets is seen by itself at once, and by others when it has stored the record and come to its end. */
function hostFor(
  request: RecordRequest,
  on: { refuse: (refusal: number) => void; change: (change: () => void) => void },
): LuaHost {
  const { namespace, nowMs, cluster } = request;
  let present = request.found;
  let ttl = 0;
  const record = begun(request, false);
  const save = (): Value => {
    checkMayWrite(request);
    record.generation = ((present?.generation ?? 0) % 0xffff) + 1;
    record.voidTime = voidTimeOf(request, ttl);
    const saved = { ...record, bins: new Map(record.bins) };
    present = saved;
    on.change(() => {
      if (record.set !== '') setOf(namespace, record.set);
      store(namespace, saved);
    });
    return 0n;
  };
  return {
    get: (bin) => {
      const found = record.bins.get(bin);
      return found ? decode(found) : null;
    },
    set: (bin, value) => {
      if (value === null) record.bins.delete(bin);
      else record.bins.set(bin, encode(value));
    },
    names: () => [...record.bins.keys()],
    setTtl: (seconds) => {
      ttl = seconds < 0 ? seconds + 2 ** 32 : seconds;
    },
    meta: (what) => {
      switch (what) {
        case 'exists':
          return present !== undefined;
        case 'gen':
          return BigInt(present?.generation ?? 0);
        case 'ttl':
          return BigInt(present && present.voidTime > 0 ? present.voidTime - Math.floor((nowMs - epochMs) / 1000) : 0);
        case 'set':
          return utf8(record.set);
        case 'bins':
          return BigInt(record.bins.size);
        case 'size':
          return BigInt(storedBytes(record));
        case 'updated':
          return BigInt((present?.updatedMs ?? nowMs) - epochMs);
        case 'now':
          return BigInt(Math.floor(cluster.now() / 1000));
        case 'digest':
          return record.digest.toString('latin1');
        default:
          return null;
      }
    },
    store: (what) => {
      if (what === 'create') return present ? 1n : save();
      if (!present) return 1n;
      if (what === 'update') return save();
      const refusal = deleteRefusal(request);
      if (refusal !== null) {
        on.refuse(refusal);
        return 1n;
      }
      const ended = present;
      on.change(() => end(request, ended));
      present = undefined;
      record.bins.clear();
      return 0n;
    },
  };
}
