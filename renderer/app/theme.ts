export type Theme = 'system' | 'light' | 'dark';

const key = 'chatelaine.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Shows the page in a theme from now on, and follows the system where that is wished. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  const show = (): void => {
    document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  };
  show();
  dark.onchange = show;
}

/** The theme of the last time, so that the first picture is right before the host has answered. */
export function rememberedTheme(): Theme {
  const theme = localStorage.getItem(key);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
