import { Page } from '../../app/page.tsx';

export function ClientsPage() {
  return <Page title="Clients">{null}</Page>;
}
