/** The kinds that a person looks for, in words. The record knows more; they are shown and not offered. */
export const activityKinds: readonly { value: string; label: string }[] = [
  { value: '', label: 'Everything' },
  { value: 'call-finished', label: 'Calls' },
  { value: 'approval-requested', label: 'Questions' },
  { value: 'approval-approved', label: 'Approved' },
  { value: 'approval-denied', label: 'Denied' },
  { value: 'client-refused', label: 'Refused clients' },
  { value: 'credential-tested', label: 'Tests' },
  { value: 'credential-added', label: 'Added credentials' },
  { value: 'credential-imported', label: 'Imported credentials' },
  { value: 'credential-removed', label: 'Removed credentials' },
  { value: 'credential-replaced', label: 'Replaced secrets' },
  { value: 'secret-revealed', label: 'Revealed secrets' },
  { value: 'secret-copied', label: 'Copied secrets' },
  { value: 'grant-changed', label: 'Changed grants' },
  { value: 'proof-refused', label: 'Wrong passphrases' },
  { value: 'worker-failed', label: 'Failed workers' },
];
