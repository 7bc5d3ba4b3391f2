import { createHashHistory, createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { ActivityPage } from '../features/activity/activity-page.tsx';
import { ApprovalWindow } from '../features/approvals/approval-window.tsx';
import { ApprovalsPage } from '../features/approvals/approvals-page.tsx';
import { ClientsPage } from '../features/clients/clients-page.tsx';
import { CredentialsPage } from '../features/credentials/credentials-page.tsx';
import { HomePage } from '../features/home/home-page.tsx';
import { ServersPage } from '../features/servers/servers-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { WelcomePage } from '../features/welcome/welcome-page.tsx';
import { Frame } from './frame.tsx';
import { leaveGuard } from './leave-guard.ts';
import { Providers } from './providers.tsx';

const root = createRootRoute({
  component: () => (
    <Providers>
      <Outlet />
    </Providers>
  ),
  notFoundComponent: NotFound,
});
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });

/** `?open=…` says which sheet of the page is open, so that the palette and links can open it. */
const open = (search: Record<string, unknown>): { open?: string } =>
  typeof search.open === 'string' ? { open: search.open } : {};

const credentials = createRoute({
  getParentRoute: () => frame,
  path: '/credentials',
  validateSearch: open,
  component: CredentialsPage,
});

const routes = root.addChildren([
  frame.addChildren([
    createRoute({ getParentRoute: () => frame, path: '/', component: HomePage }),
    credentials.addChildren([
      createRoute({ getParentRoute: () => credentials, path: '/', component: () => null }),
      createRoute({ getParentRoute: () => credentials, path: '$name', component: () => null }),
    ]),
    createRoute({ getParentRoute: () => frame, path: '/clients', validateSearch: open, component: ClientsPage }),
    createRoute({ getParentRoute: () => frame, path: '/approvals', component: ApprovalsPage }),
    createRoute({ getParentRoute: () => frame, path: '/activity', component: ActivityPage }),
    createRoute({ getParentRoute: () => frame, path: '/servers', component: ServersPage }),
    createRoute({ getParentRoute: () => frame, path: '/settings', component: SettingsPage }),
    createRoute({ getParentRoute: () => frame, path: '/welcome', component: WelcomePage }),
  ]),
  createRoute({ getParentRoute: () => root, path: '/approve', component: ApprovalWindow }),
]);

export const createPageRouter = () => {
  const history = leaveGuard.guard(createHashHistory);
  return createRouter({ routeTree: routes, history, defaultNotFoundComponent: NotFound });
};

function NotFound() {
  return (
    <p className="p-8">
      There is no such page.{' '}
      <a className="underline" href="#/">
        Go to Home
      </a>
      .
    </p>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
