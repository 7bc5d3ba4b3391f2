import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './ui/theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openSession } from './api.ts';
import { createPageRouter } from './app/router.tsx';
import { applyTheme, rememberedTheme } from './app/theme.ts';
import { createQueryClient, followChanges } from './ask.ts';

applyTheme(rememberedTheme());
// A file that misses its drop zone would be opened instead of the page, in clear text.
for (const kind of ['dragover', 'drop']) window.addEventListener(kind, (event) => event.preventDefault());
// A new address of `chatelaine page`, put into this very tab: nothing is loaded by that alone.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) void openSession().then(() => location.reload());
});
void openSession().then(() => {
  const queries = createQueryClient();
  const router = createPageRouter();
  const element = document.getElementById('page');
  if (!element) return;
  followChanges(queries);
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
});
