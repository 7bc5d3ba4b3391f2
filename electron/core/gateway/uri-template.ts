const variable = /\{([a-z]+)\}/gi;

/** The names between braces, in order. */
export const variablesOf = (template: string): string[] =>
  [...template.matchAll(variable)].map(([, name = '']) => name);

/** The address with each variable filled in and escaped; variables without a value stay as they are. */
export const fillTemplate = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(variable, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? '') : whole,
  );

/** The values of a template's variables in an address that fits it as a whole; null when it does not. */
export function matchTemplate(template: string, uri: string): Record<string, string> | null {
  const parts = template.split(/\{[a-z]+\}/i).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = new RegExp(`^${parts.join('([^/?#]{1,1000})')}$`).exec(uri);
  if (!found) return null;
  try {
    return Object.fromEntries(
      variablesOf(template).map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
    );
  } catch {
    return null;
  }
}
