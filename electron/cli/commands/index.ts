import { activityCommands } from './activity.ts';
import { clientCommands } from './clients.ts';
import { consentCommands } from './consent.ts';
import { credentialCommands } from './credentials.ts';
import { execCommand } from './exec.ts';
import { hostCommands } from './host.ts';
import { importCommand } from './import.ts';
import { programCommands } from './programs.ts';
import { reminderCommands } from './reminders.ts';

export const commands = [
  importCommand,
  ...credentialCommands,
  execCommand,
  ...reminderCommands,
  ...clientCommands,
  ...consentCommands,
  ...activityCommands,
  ...hostCommands,
  ...programCommands,
];
