import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The data folder: CHATELAINE_HOME, else `Chatelaine` in the OS's application-data folder. Always absolute. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.CHATELAINE_HOME;
  if (given !== undefined && given !== '') return resolve(given);
  return join(applicationData(environment), 'Chatelaine');
}

function applicationData(environment: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support');
    case 'win32':
      return environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
    default:
      return environment.XDG_CONFIG_HOME ?? join(homedir(), '.config');
  }
}
