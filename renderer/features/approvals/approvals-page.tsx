import { Page } from '../../app/page.tsx';

export function ApprovalsPage() {
  return <Page title="Approvals">{null}</Page>;
}
