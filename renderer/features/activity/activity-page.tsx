import { Page } from '../../app/page.tsx';

export function ActivityPage() {
  return <Page title="Activity">{null}</Page>;
}
