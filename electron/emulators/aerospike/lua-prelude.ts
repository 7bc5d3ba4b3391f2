/**
 * What a record UDF finds besides Lua's own library: lists, maps, bytes, the record and the `aerospike` object. Lists
 * and maps are tables with their content inside, so that their functions do not stand among their elements. What begins
 * with two underscores is set from outside.
 */
export const prelude = String.raw`
local function contentOf(x) return rawget(x, '__content') end

__list = {}
__list.__index = function(l, i) return contentOf(l)[i] end
__list.__newindex = function(l, i, v) contentOf(l)[i] = v end
__list.__len = function(l) return #contentOf(l) end

list = setmetatable({}, { __call = function(_, init)
  local content = {}
  for i, v in ipairs(init or {}) do content[i] = v end
  return setmetatable({ __content = content }, __list)
end })
function list.size(l) return #contentOf(l) end
function list.append(l, v) table.insert(contentOf(l), v) end
function list.prepend(l, v) table.insert(contentOf(l), 1, v) end
function list.insert(l, i, v) table.insert(contentOf(l), i, v) end
function list.remove(l, i) table.remove(contentOf(l), i) end
function list.trim(l, i) local c = contentOf(l) while #c >= i do table.remove(c) end end
function list.clone(l) return list(contentOf(l)) end
function list.concat(l, other) for _, v in ipairs(contentOf(other)) do list.append(l, v) end end
function list.merge(l, other) local all = list.clone(l) list.concat(all, other) return all end
function list.take(l, n) local all = list() for i = 1, math.min(n, list.size(l)) do list.append(all, l[i]) end return all end
function list.drop(l, n) local all = list() for i = n + 1, list.size(l) do list.append(all, l[i]) end return all end
function list.iterator(l)
  local i = 0
  return function() i = i + 1 return contentOf(l)[i] end
end

function __islist(x) return getmetatable(x) == __list end

__map = {}
__map.__index = function(m, k) return contentOf(m)[k] end
__map.__newindex = function(m, k, v) contentOf(m)[k] = v end

map = setmetatable({}, { __call = function(_, init)
  local content = {}
  for k, v in pairs(init or {}) do content[k] = v end
  return setmetatable({ __content = content }, __map)
end })
function map.size(m) local n = 0 for _ in pairs(contentOf(m)) do n = n + 1 end return n end
function map.pairs(m) return pairs(contentOf(m)) end
map.iterator = map.pairs
function map.keys(m) local k return function() k = next(contentOf(m), k) return k end end
function map.values(m) local k return function() local v k, v = next(contentOf(m), k) return v end end
function map.remove(m, k) contentOf(m)[k] = nil end
function map.clone(m) return map(contentOf(m)) end
function map.merge(m, other, combine)
  local all = map.clone(m)
  for k, v in map.pairs(other) do
    if combine and all[k] ~= nil then all[k] = combine(all[k], v) else all[k] = v end
  end
  return all
end

__bytes = {}
__bytes.__index = function(b, i) return string.byte(contentOf(b), i) end
__bytes.__newindex = function(b, i, v) bytes.set_byte(b, i, v) end
__bytes.__len = function(b) return #contentOf(b) end
function __newbytes(content) return setmetatable({ __content = content }, __bytes) end

bytes = setmetatable({}, { __call = function(_, size) return __newbytes(string.rep('\0', size or 0)) end })
function bytes.size(b) return #contentOf(b) end
function bytes.get_byte(b, i) return string.byte(contentOf(b), i) end
function bytes.set_byte(b, i, v)
  local c = contentOf(b)
  rawset(b, '__content', string.sub(c, 1, i - 1) .. string.char(v) .. string.sub(c, i + 1))
  return true
end
function bytes.get_string(b, i, n) return string.sub(contentOf(b), i, i + n - 1) end
function bytes.append_byte(b, v) rawset(b, '__content', contentOf(b) .. string.char(v)) return true end
function bytes.append_string(b, s) rawset(b, '__content', contentOf(b) .. s) return true end

__record = setmetatable({}, {
  __index = function(_, name) return __get(name) end,
  __newindex = function(_, name, value) __set(name, value) end,
})

record = {
  ttl = function() return __meta('ttl') end,
  gen = function() return __meta('gen') end,
  setname = function() return __meta('set') end,
  numbins = function() return __meta('bins') end,
  device_size = function() return __meta('size') end,
  record_size = function() return __meta('size') end,
  last_update_time = function() return __meta('updated') end,
  digest = function() return __newbytes(__meta('digest')) end,
  set_ttl = function(_, ttl) __ttl(ttl) end,
  bin_names = function() return __names() end,
  drop_key = function() end,
}

aerospike = {
  exists = function() return __meta('exists') end,
  create = function() return __store('create') end,
  update = function() return __store('update') end,
  remove = function() return __store('remove') end,
}

for _, name in ipairs({ 'trace', 'debug', 'info', 'warn' }) do _G[name] = function() end end
os = { time = function() return __meta('now') end, clock = function() return 0 end }
load, loadfile, dofile, loadstring, collectgarbage = nil, nil, nil, nil, nil
`;
