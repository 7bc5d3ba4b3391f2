import type { ProviderView } from '../contract/views.ts';
import type { Catalogue } from '../gateway/catalogue.ts';
import type { Provider } from './provider.ts';

/** What a form and a grant need to know of a provider: its fields, and the tools that its server has. */
export function providerView(provider: Provider, catalogue: Catalogue): ProviderView {
  const tools = (catalogue[provider.id]?.tools ?? []).filter(({ internal }) => !internal);
  return {
    id: provider.id,
    title: provider.title,
    selector: provider.selector,
    fields: provider.fields.map((field) => ({
      key: field.key,
      label: field.label,
      secret: field.secret,
      required: field.required,
      directs: field.directs ?? false,
      multiline: field.multiline ?? false,
      group: field.group ?? null,
      choices: field.choices ? [...field.choices] : null,
      help: field.help,
      placeholder: field.placeholder ?? '',
    })),
    toolsets: [...new Set(tools.map(({ toolset }) => toolset))],
    tools: tools.map(({ name, title, effect, toolset }) => ({ name, title, effect, toolset })),
  };
}
