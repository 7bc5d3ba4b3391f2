import fc from 'fast-check';

/**
 * Any configuration of a client: other servers or none, other settings, in any order and any script, written with any
 * indentation or with white space of any kind between any two tokens.
 */
export function configurations({
  isEmptySpaced,
}: {
  /** Also white space within empty objects and lists. */
  isEmptySpaced: boolean;
}): fc.Arbitrary<{ value: object; text: string }> {
  const written = (value: unknown): fc.Arbitrary<string> => {
    if (Array.isArray(value)) return joined('[', ']', value.map(written));
    if (typeof value === 'object' && value !== null) {
      return joined(
        '{',
        '}',
        Object.entries(value).map(([key, member]) =>
          fc.tuple(space, space, written(member)).map(([a, b, text]) => `${JSON.stringify(key)}${a}:${b}${text}`),
        ),
      );
    }
    return fc.constant(JSON.stringify(value));
  };
  const joined = (open: string, close: string, parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc
      .tuple(fc.tuple(...parts), fc.array(space, { minLength: 2 * parts.length + 1, maxLength: 2 * parts.length + 1 }))
      .map(([texts, spaces]) => {
        if (texts.length === 0) return open + (isEmptySpaced ? (spaces[0] ?? '') : '') + close;
        const inner = texts.map((text, index) => `${spaces[2 * index] ?? ''}${text}${spaces[2 * index + 1] ?? ''}`);
        return open + inner.join(',') + close;
      });
  const indented = (value: object): fc.Arbitrary<string> =>
    fc.constantFrom(0, 1, 2, 3, 4, 8, '\t').map((unit) => JSON.stringify(value, null, unit));

  return configuration.chain((value) =>
    fc
      .tuple(fc.oneof(written(value), indented(value)), mark, end, fc.boolean())
      .map(([text, before, after, isWindows]) => ({
        value,
        text: before + (isWindows ? text.replaceAll(/\r?\n/g, '\r\n') : text) + after,
      })),
  );
}

const space = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '\n    ', '\r\n\t', '  \n  ');
const mark = fc.constantFrom('', '\ufeff');
const end = fc.constantFrom('', '\n', '\r\n', '\n\n');
const server = fc.record({
  command: fc.string(),
  args: fc.array(fc.string()),
  env: fc.dictionary(fc.string(), fc.string()),
});
const key = fc.string({ unit: 'grapheme' }).filter((name) => !/^(chatelaine-akamai|mcpServers|__proto__)$/.test(name));
const configuration = fc
  .record({
    servers: fc.option(fc.dictionary(key, fc.oneof(server, fc.jsonValue()), { maxKeys: 4 }), { nil: undefined }),
    others: fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
    isFirst: fc.boolean(),
  })
  .map(({ servers, others, isFirst }) => {
    const own = servers === undefined ? {} : { mcpServers: servers };
    return isFirst ? { ...own, ...others } : { ...others, ...own };
  });
