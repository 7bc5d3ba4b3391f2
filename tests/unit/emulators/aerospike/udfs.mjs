// Record UDFs through the official client. A real server 8.1.2.0 says what is in measured/udfs.txt.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aerospike, attempt, connect, say, show, sleep } from './official-client.mjs';

const source = `
function echo(rec, ...) local l = list() for i, v in ipairs({...}) do list.append(l, v) end return l end
function one(rec, a) return a end
function incr(rec, bin, by)
  if not aerospike:exists(rec) then rec[bin] = by aerospike:create(rec) return rec[bin] end
  rec[bin] = (rec[bin] or 0) + by
  aerospike:update(rec)
  return rec[bin]
end
function unsaved(rec) rec.a = 99 return 1 end
function meta(rec)
  return map{ gen = record.gen(rec), ttl = record.ttl(rec) > 0, set = record.setname(rec), bins = record.numbins(rec) }
end
function delete(rec) return aerospike:remove(rec) end
function lists(rec)
  local l = rec.l list.append(l, 4) list.prepend(l, 0) rec.l = l aerospike:update(rec) return list.size(l)
end
function sum(rec) local s = 0 for v in list.iterator(rec.l) do s = s + v end return s end
function made(rec) local m = map() m.x = list{ 1, 2, 'z' } m['y'] = map{ q = 1.5 } return m end
function float(rec) return 1.5 end
function text(rec) return 'v' .. rec.a end
function bool(rec) return true end
function bytesize(rec) return bytes.size(rec.b) end
function library(rec) return math.floor(7.9) + string.len('abc') end
function large(rec) return rec.large + 1 end
function create(rec) return aerospike:create(rec) end
function nothing(rec) end
function missing(rec) local x = nil return x.y end
`;
const client = await connect();
const folder = mkdtempSync(join(tmpdir(), 'emulator-udf-'));
writeFileSync(join(folder, 'emulator.lua'), source);
const job = await client.udfRegister(join(folder, 'emulator.lua'));
await job.wait(20);
await sleep(300);
rmSync(folder, { recursive: true });
const key = new Aerospike.Key('test', 'emulator-udfs', 'one');
const bins = { a: 1, l: [1, 2, 3], m: { a: 1 }, b: Buffer.from('abc'), large: 9_007_199_254_740_000 };
const call = async (funcname, ...args) => {
  await client.put(
    key,
    bins,
    { ttl: 1000 },
    new Aerospike.WritePolicy({ exists: Aerospike.policy.exists.CREATE_OR_REPLACE }),
  );
  await attempt(funcname, () => client.apply(key, { module: 'emulator', funcname, args }));
  const left = await client.get(key).catch(({ code }) => ({ bins: code }));
  say(' left', show(left.bins));
};
await call('echo', 1, 'a', 1.5, [1, 2], { x: 1 }, Buffer.from('q'), true);
await call('one', { z: [1, { y: 2 }] });
await call('one', 2_147_483_648);
await call('incr', 'a', 5);
const names = ['unsaved', 'meta', 'delete', 'lists', 'sum', 'made', 'float', 'text', 'bool', 'bytesize', 'library'];
for (const name of [...names, 'large', 'create', 'nothing', 'missing', 'absent']) await call(name);
const durable = new Aerospike.ApplyPolicy({ durableDelete: true });
for (const funcname of ['text', 'delete'])
  await attempt(`durable ${funcname}`, () => client.apply(key, { module: 'emulator', funcname, args: [] }, durable));
say(' left', show((await client.get(key)).bins));
await attempt('noModule', () => client.apply(key, { module: 'nowhere', funcname: 'x', args: [] }));
const other = new Aerospike.Key('test', 'emulator-udfs', 'two');
const results = await client.batchApply([key, other], { module: 'emulator', funcname: 'incr', args: ['a', 1] });
say('batch', show(results.map(({ status, record }) => [status, record?.bins])));
say('listed', (await client.infoAny('udf-list')).includes('filename=emulator.lua,hash='));
await client.udfRemove('emulator.lua');
for (const one of [key, other]) await client.remove(one).catch(() => undefined);
client.close();
