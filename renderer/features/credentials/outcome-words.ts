/** How it went with one of several credentials, in the host's words. */
export interface Failed {
  name: string;
  message: string;
  hint: string;
}

const namedAtMost = 3;

/** Each failure by its name, and the rest counted. */
const reasons = (failed: readonly Failed[]): string[] => {
  const rest = failed.length - namedAtMost;
  return [
    ...failed.slice(0, namedAtMost).map(({ name, message }) => `${name}: ${message}`),
    ...(rest > 0 ? [`And ${rest} more.`] : []),
  ];
};

/** What a test of several said. */
export function testWords(tested: readonly string[], failed: readonly Failed[]): string {
  if (failed.length === 0) return tested.length === 2 ? 'Both work.' : `All ${tested.length} work.`;
  return [`${failed.length} of ${tested.length} did not work.`, ...reasons(failed)].join('\n');
}

/** What was put back of what had been removed, and what was not. */
export function restoreWords(restored: readonly string[], failed: readonly Failed[]): string {
  const count = restored.length + failed.length;
  const [first] = failed;
  if (!first)
    return `${count === 1 ? (restored[0] ?? '') : `${count} credentials`} ${count === 1 ? 'is' : 'are'} back.`;
  if (count === 1) return `${first.name} was not put back. ${first.message} ${first.hint}`.trim();
  return [
    `${restored.length} of ${count} are back. Not put back:`,
    ...reasons(failed),
    ...new Set(failed.flatMap(({ hint }) => (hint === '' ? [] : [hint]))),
  ].join('\n');
}
