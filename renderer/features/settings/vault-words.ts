/** Which store holds the secrets, in words. */
export const vaultWords = (vault: string): string => {
  switch (vault) {
    case 'keychain':
      return 'Secrets are kept in the keychain of this computer';
    case 'file':
      return 'Secrets are kept in a file sealed with your passphrase';
    case 'memory':
      return 'Secrets are kept in memory only, for this demo';
    default:
      return `Secrets are kept in: ${vault}`;
  }
};
