import { Banner } from '../../ui/banner.tsx';

export function FirstSteps({ hasCredentials, hasClients }: { hasCredentials: boolean; hasClients: boolean }) {
  return (
    <Banner
      tone="info"
      title={hasCredentials || hasClients ? 'The first steps are not finished.' : 'Welcome to Chatelaine.'}
      action={
        <a href="#/welcome" className="rounded-md border border-current px-2.5 py-0.5 font-medium hover:bg-surface/40">
          {hasCredentials || hasClients ? 'Go on' : 'Begin'}
        </a>
      }
    >
      {hasCredentials
        ? 'No client may use your credentials yet. Register Claude Desktop and see its first call arrive.'
        : 'Import your credentials, register Claude Desktop, and see its first call arrive.'}
    </Banner>
  );
}
