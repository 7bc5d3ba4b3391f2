/** Where a person makes new secrets by hand, in the issuer's own words. */
export function issuerSteps(provider: string): readonly string[] {
  switch (provider) {
    case 'akamai':
      return [
        'Open Akamai Control Center, Account admin → Identity & access.',
        'Open the API client that this credential belongs to, and choose Create credential.',
        'Copy the new client token and client secret. The secret is shown only once.',
      ];
    case 'aerospike':
      return [
        'Ask the cluster’s administrator for a new password, or set it with asadm: manage acl set-password user.',
      ];
    default:
      return ['Make new secrets where these were made.'];
  }
}
