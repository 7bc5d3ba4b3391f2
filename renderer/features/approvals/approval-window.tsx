export function ApprovalWindow() {
  return null;
}
