import { prelude } from './lua-prelude.ts';
import { createBridge, type LuaBridge } from './lua-values.ts';
import type { Auxiliary, Fengari, Lua, LuaFunction, LuaState } from './lua-types.ts';
import type { Value } from './values.ts';

/** What a UDF's calls about its record come to. */
export interface LuaHost {
  get(bin: string): Value;
  set(bin: string, value: Value): void;
  names(): string[];
  meta(what: string): Value;
  setTtl(seconds: number): void;
  store(what: string): Value;
}

export type LuaOutcome = { ok: true; result: Value } | { ok: false; message: string };

interface Machine {
  vm: Lua;
  aux: Auxiliary;
  open: readonly (readonly [string, LuaFunction])[];
}

let machine: Machine | null = null;

/** Has to be awaited once before the rest. Of Lua's libraries those that reach the system are never opened. */
export async function loadLua(): Promise<void> {
  // @ts-expect-error The package has no types; those of the parts in use are in lua-types.ts.
  const { lua, lauxlib, lualib } = ((await import('fengari')) as { default: Fengari }).default;
  machine = {
    vm: lua,
    aux: lauxlib,
    open: [
      ['_G', lualib.luaopen_base],
      ['string', lualib.luaopen_string],
      ['table', lualib.luaopen_table],
      ['math', lualib.luaopen_math],
    ],
  };
}

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const loaded = (): Machine => {
  if (!machine) throw new Error('Lua is not loaded');
  return machine;
};

/** The first thing wrong with a module's source; null where it compiles. */
export function compileProblem(name: string, source: string): { line: number; message: string } | null {
  const { vm, aux } = loaded();
  const state = aux.luaL_newstate();
  if (aux.luaL_loadbuffer(state, text(source), source.length, text(`@${name}`)) === vm.LUA_OK) return null;
  const problem = Buffer.from(vm.lua_tolstring(state, -1) ?? []).toString('latin1');
  const [, line = '0', message = problem] = /^[^:]*:(\d+): (.*)$/s.exec(problem) ?? [];
  return { line: Number(line), message };
}

/** After so many instructions a UDF is ended, or the emulator would stand still. */
const maxInstructions = 5_000_000;

/** Calls a module's function with the record and arguments. The module runs anew each time, so nothing stays behind. */
export function callLua(
  module: { name: string; source: string },
  name: string,
  args: readonly Value[],
  host: LuaHost,
): LuaOutcome {
  const { vm, aux, open } = loaded();
  const state = aux.luaL_newstate();
  const bridge = createBridge(vm, text);
  for (const [library, opener] of open) {
    aux.luaL_requiref(state, text(library), opener, 1);
    vm.lua_settop(state, 0);
  }
  defineHost(state, host, bridge);
  const failed = (): LuaOutcome => ({
    ok: false,
    message: Buffer.from(vm.lua_tolstring(state, -1) ?? text('unknown error')).toString('latin1'),
  });
  for (const [title, source] of [
    ['=prelude', prelude],
    [`@${module.name}`, module.source],
  ] as const) {
    aux.luaL_loadbuffer(state, text(source), source.length, text(title));
    if (vm.lua_pcall(state, 0, 0, 0) !== vm.LUA_OK) return failed();
  }
  if (vm.lua_getglobal(state, text(name)) !== vm.LUA_TFUNCTION) return { ok: false, message: 'function not found' };
  vm.lua_getglobal(state, text('__record'));
  for (const arg of args) bridge.push(state, arg);
  vm.lua_sethook(
    state,
    (inside) => aux.luaL_error(inside, text('too many instructions')),
    vm.LUA_MASKCOUNT,
    maxInstructions,
  );
  if (vm.lua_pcall(state, args.length + 1, 1, 0) !== vm.LUA_OK) return failed();
  return { ok: true, result: bridge.pull(state, -1) };
}

function defineHost(state: LuaState, host: LuaHost, { push, pull }: LuaBridge): void {
  const { vm } = loaded();
  const nameAt = (inside: LuaState): string => Buffer.from(vm.lua_tolstring(inside, 1) ?? []).toString('latin1');
  const answering =
    (run: (inside: LuaState) => Value): LuaFunction =>
    (inside) => {
      push(inside, run(inside));
      return 1;
    };
  const functions: Readonly<Record<string, LuaFunction>> = {
    __get: answering((inside) => host.get(nameAt(inside))),
    __set: (inside) => {
      host.set(nameAt(inside), pull(inside, 2));
      return 0;
    },
    __meta: answering((inside) => host.meta(nameAt(inside))),
    __store: answering((inside) => host.store(nameAt(inside))),
    __ttl: (inside) => {
      host.setTtl(vm.lua_tonumber(inside, 1));
      return 0;
    },
    __names: (inside) => {
      vm.lua_newtable(inside);
      for (const [index, name] of host.names().entries()) {
        vm.lua_pushstring(inside, text(name));
        vm.lua_rawseti(inside, -2, index + 1);
      }
      return 1;
    },
  };
  for (const [name, run] of Object.entries(functions)) {
    vm.lua_pushcfunction(state, run);
    vm.lua_setglobal(state, text(name));
  }
}
