import type { Lua, LuaState } from './lua-types.ts';
import { bytesOf, isBytes, isList, isMapping, list, mapping, type Value } from './values.ts';

/** Values on their way into Lua and back. */
export interface LuaBridge {
  push(state: LuaState, value: Value): void;
  pull(state: LuaState, index: number): Value;
}

const int32 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

export function createBridge(vm: Lua, text: (value: string) => Uint8Array): LuaBridge {
  const container = (state: LuaState, metatable: string, fill: () => void): void => {
    // The prelude's constructors set the metatable; an empty one is made, then filled behind its back.
    vm.lua_getglobal(state, text(metatable));
    vm.lua_pcall(state, 0, 1, 0);
    vm.lua_pushstring(state, text('__content'));
    vm.lua_rawget(state, -2);
    fill();
    vm.lua_settop(state, -2);
  };

  const push = (state: LuaState, value: Value): void => {
    if (typeof value === 'boolean') vm.lua_pushboolean(state, value);
    else if (typeof value === 'bigint') {
      // This machine's integers have 32 bits; larger ones travel as doubles, exact up to 2^53.
      const number = Number(value);
      if (int32(number)) vm.lua_pushinteger(state, number);
      else vm.lua_pushnumber(state, number);
    } else if (typeof value === 'number') vm.lua_pushnumber(state, value);
    else if (typeof value === 'string') vm.lua_pushstring(state, Buffer.from(value, 'latin1'));
    else if (isList(value))
      container(state, 'list', () => {
        for (const [index, item] of value.items.entries()) {
          push(state, item);
          vm.lua_rawseti(state, -2, index + 1);
        }
      });
    else if (isMapping(value))
      container(state, 'map', () => {
        for (const [key, item] of value.entries) {
          push(state, key);
          push(state, item);
          vm.lua_rawset(state, -3);
        }
      });
    else if (isBytes(value)) {
      vm.lua_getglobal(state, text('__newbytes'));
      vm.lua_pushstring(state, value.data);
      vm.lua_pcall(state, 1, 1, 0);
    } else vm.lua_pushnil(state);
  };

  const pull = (state: LuaState, index: number): Value => {
    const at = index < 0 ? vm.lua_gettop(state) + index + 1 : index;
    switch (vm.lua_type(state, at)) {
      case vm.LUA_TBOOLEAN:
        return vm.lua_toboolean(state, at);
      case vm.LUA_TNUMBER: {
        const number = vm.lua_tonumber(state, at);
        const isWhole = vm.lua_isinteger(state, at) || (Number.isInteger(number) && !int32(number));
        return isWhole ? BigInt(number) : number;
      }
      case vm.LUA_TSTRING:
        return Buffer.from(vm.lua_tolstring(state, at) ?? []).toString('latin1');
      case vm.LUA_TTABLE:
        return pullTable(state, at);
      default:
        return null;
    }
  };

  /** What the prelude made is known by its content; any other table of Lua's own is refused by the server as nil. */
  const pullTable = (state: LuaState, at: number): Value => {
    vm.lua_pushstring(state, text('__content'));
    vm.lua_rawget(state, at);
    const content = vm.lua_gettop(state);
    const entries: [Value, Value][] = [];
    let result: Value = null;
    if (vm.lua_type(state, content) === vm.LUA_TSTRING)
      result = bytesOf(Buffer.from(vm.lua_tolstring(state, content) ?? []));
    else if (vm.lua_type(state, content) === vm.LUA_TTABLE) {
      vm.lua_pushnil(state);
      while (vm.lua_next(state, content) !== 0) {
        entries.push([pull(state, -2), pull(state, -1)]);
        vm.lua_settop(state, -2);
      }
      result = isListAt(state, at) ? list(inOrder(entries)) : mapping(entries);
    }
    vm.lua_settop(state, content - 1);
    return result;
  };

  const isListAt = (state: LuaState, at: number): boolean => {
    vm.lua_getglobal(state, text('__islist'));
    // The table itself, as the argument.
    vm.lua_pushvalue(state, at);
    vm.lua_pcall(state, 1, 1, 0);
    const verdict = vm.lua_toboolean(state, -1);
    vm.lua_settop(state, -2);
    return verdict;
  };

  return { push, pull };
}

const inOrder = (entries: readonly [Value, Value][]): Value[] =>
  [...entries].sort(([left], [right]) => Number(left) - Number(right)).map(([, value]) => value);
