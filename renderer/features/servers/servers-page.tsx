import { Page } from '../../app/page.tsx';

export function ServersPage() {
  return <Page title="Servers">{null}</Page>;
}
