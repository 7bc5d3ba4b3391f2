import { Page } from '../../app/page.tsx';

export function WelcomePage() {
  return <Page title="Welcome">{null}</Page>;
}
