import { createHash } from 'node:crypto';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import { compileProblem } from './lua.ts';

/** Lua modules. Their errors are the server's `error=…`, not the numbered ones. */
export const moduleCommands: InfoCommands = {
  'udf-list': {
    answer: ({ cluster }) =>
      [...cluster.modules.values()]
        .map(({ name, source }) => `filename=${name},hash=${hash(name, source)},type=LUA;`)
        .join(''),
  },
  'udf-get': {
    answer: ({ cluster, param }) => {
      const name = param('filename');
      if (name === undefined) return 'error=invalid_filename';
      const module = cluster.modules.get(name);
      return module ? `type=LUA;content=${base64(module.source)};` : 'error=not_found';
    },
  },
  'udf-put': { permission: 'udf-admin', answer: put },
  'udf-remove': {
    permission: 'udf-admin',
    answer: ({ cluster, param }) => {
      const name = param('filename');
      if (name === undefined) return 'error=invalid_filename';
      cluster.modules.delete(name);
      return 'ok';
    },
  },
  'udf-clear-cache': { permission: 'udf-admin', answer: () => 'ok' },
};

const base64 = (source: string): string => Buffer.from(source, 'latin1').toString('base64');

/** Of the module as the server keeps it, which is JSON with its source in base64. */
function hash(name: string, source: string): string {
  const kept = `{"content64": "${base64(source)}", "type": "LUA", "name": "${name}"}`;
  return createHash('sha1').update(kept, 'latin1').digest('hex');
}

const maxSourceBytes = 1024 * 1024;

function put({ cluster, param }: InfoRequest): string {
  const name = param('filename');
  if (name === undefined || !/^[^.]+\..+$/.test(name)) return 'error=invalid_filename';
  const length = param('content-len');
  if (length === undefined || !/^\d+$/.test(length) || Number(length) % 4 !== 0) return 'error=invalid_content_len';
  if (!/^lua$/i.test(param('udf-type') ?? 'LUA')) return 'error=invalid_udf_type';
  const content = param('content');
  if (content?.length !== Number(length)) return 'error=invalid_content';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content)) return 'error=invalid_base64_content';
  const source = Buffer.from(content, 'base64').toString('latin1');
  if (source.length > maxSourceBytes) return 'error=invalid_udf_content_len,>1M';
  const problem = compileProblem(name, source);
  if (problem) return `error=compile_error;file=${name};line=${problem.line};message=${base64(problem.message)}`;
  cluster.modules.set(name, { name, source });
  return 'ok';
}
