export function VaultSetup() {
  return null;
}
