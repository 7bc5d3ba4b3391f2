import { useEffect } from 'react';
import { useAsk } from '../ask.ts';
import { applyTheme } from './theme.ts';

/** Follows the theme that the person set. */
export function useTheme(): void {
  const theme = useAsk('settings.get', {}).data?.appearance.theme;
  useEffect(() => {
    if (theme) applyTheme(theme);
  }, [theme]);
}
