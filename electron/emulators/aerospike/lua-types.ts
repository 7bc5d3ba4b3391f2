/** The parts of the Lua virtual machine that are used, typed here since the package brings no types. */
export interface LuaState {
  readonly luaState: unique symbol;
}

export type LuaFunction = (state: LuaState) => number;

export interface Lua {
  LUA_OK: number;
  LUA_TNIL: number;
  LUA_TBOOLEAN: number;
  LUA_TNUMBER: number;
  LUA_TSTRING: number;
  LUA_TTABLE: number;
  LUA_TFUNCTION: number;
  LUA_MASKCOUNT: number;
  lua_gettop(state: LuaState): number;
  lua_settop(state: LuaState, index: number): void;
  lua_type(state: LuaState, index: number): number;
  lua_isinteger(state: LuaState, index: number): boolean;
  lua_tonumber(state: LuaState, index: number): number;
  lua_toboolean(state: LuaState, index: number): boolean;
  lua_tolstring(state: LuaState, index: number): Uint8Array | null;
  lua_pushvalue(state: LuaState, index: number): void;
  lua_pushnil(state: LuaState): void;
  lua_pushboolean(state: LuaState, value: boolean): void;
  lua_pushinteger(state: LuaState, value: number): void;
  lua_pushnumber(state: LuaState, value: number): void;
  lua_pushstring(state: LuaState, value: Uint8Array): void;
  lua_pushcfunction(state: LuaState, run: LuaFunction): void;
  lua_newtable(state: LuaState): void;
  lua_rawget(state: LuaState, index: number): number;
  lua_rawset(state: LuaState, index: number): void;
  lua_rawgeti(state: LuaState, index: number, at: number): number;
  lua_rawseti(state: LuaState, index: number, at: number): void;
  lua_next(state: LuaState, index: number): number;
  lua_getglobal(state: LuaState, name: Uint8Array): number;
  lua_setglobal(state: LuaState, name: Uint8Array): void;
  lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
  lua_sethook(state: LuaState, hook: (state: LuaState) => void, mask: number, count: number): void;
}

export interface Auxiliary {
  luaL_newstate(): LuaState;
  luaL_loadbuffer(state: LuaState, source: Uint8Array, size: number, name: Uint8Array): number;
  luaL_requiref(state: LuaState, name: Uint8Array, open: LuaFunction, isGlobal: number): void;
  luaL_error(state: LuaState, message: Uint8Array): number;
}

export interface Libraries {
  luaopen_base: LuaFunction;
  luaopen_string: LuaFunction;
  luaopen_table: LuaFunction;
  luaopen_math: LuaFunction;
}

export interface Fengari {
  lua: Lua;
  lauxlib: Auxiliary;
  lualib: Libraries;
}
