export function ApprovalPanel() {
  return null;
}
