/** What the tray says at a glance. */
export type TrayStatus =
  | { name: 'setup' }
  | { name: 'locked' }
  /** `due`: credentials that are overdue. */
  | { name: 'open'; approvals: number; due: number }
  /** The person has quit; `calls` of clients are still under way. */
  | { name: 'ending'; calls: number };

export function sentence(status: TrayStatus): string {
  switch (status.name) {
    case 'setup':
      return 'Chatelaine has no vault yet';
    case 'locked':
      return 'Chatelaine is locked';
    case 'ending':
      return status.calls === 0
        ? 'Chatelaine is ending'
        : `Chatelaine ends when ${counted(status.calls, 'call is', 'calls are')} done`;
    case 'open': {
      const { approvals, due } = status;
      const parts = [
        approvals > 0 ? counted(approvals, 'approval waits', 'approvals wait') : '',
        due > 0 ? `${due} overdue` : '',
      ].filter(Boolean);
      return parts.length > 0 ? `Chatelaine: ${parts.join(', ')}` : 'Chatelaine: all is well';
    }
  }
}

/** The number on the app's icon: what a person should look at. */
export const badge = (status: TrayStatus): number => (status.name === 'open' ? status.approvals + status.due : 0);

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
