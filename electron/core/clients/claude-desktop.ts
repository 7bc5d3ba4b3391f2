import { join } from 'node:path';
import { defineClient, type Location } from './client.ts';
import { isFolder, type Machine } from './machine.ts';

/**
 * Claude Desktop. Where its file is, how it is read and how it is lost: docs/ARCHITECTURE.md, "Claude Desktop". It reads
 * the file when it starts, and may write it again from its own memory, which is why an entry is watched and can be repaired.
 */
export const claudeDesktop = defineClient({
  id: 'claude-desktop',
  title: 'Claude Desktop',
  route: 'configuration',
  member: 'mcpServers',
  restart: 'Quit Claude Desktop fully (tray or menu bar, not just its window), then start it again.',

  async locations(machine) {
    const candidates = await candidatesOn(machine);
    const found: Location[] = [];
    for (const { folder, install } of candidates)
      if (await isFolder(machine, folder)) found.push({ path: join(folder, fileName), install });
    return found;
  },

  usualPlaces: (machine) => [join(plainFolder(machine), fileName)],

  async isRunning(machine) {
    const programs = await machine.programs();
    const pattern = programPatterns[machine.platform];
    return programs === null || !pattern ? null : programs.some((program) => pattern.test(program));
  },

  async managed(machine) {
    if (!(await hasPolicy(machine))) return null;
    return 'An administrator manages Claude Desktop on this computer. Such a policy can forbid local servers; what it says is not known here, so see whether Claude lists Chatelaine.';
  },
});

const fileName = 'claude_desktop_config.json';

/** The command line tool is called `claude` too, so a bare name says nothing. */
const programPatterns: Partial<Record<NodeJS.Platform, RegExp>> = {
  darwin: /\/Claude\.app\/Contents\/MacOS\/Claude\b/,
  linux: /^(?:\S*\/)?claude-desktop(?:\/|\s|$)/,
  win32: /\\(?:AnthropicClaude|WindowsApps\\Claude_)[^"]*\\claude\.exe/i,
};

interface Candidate {
  folder: string;
  install: string;
}

async function candidatesOn(machine: Machine): Promise<Candidate[]> {
  const folder = plainFolder(machine);
  switch (machine.platform) {
    case 'darwin':
      return [{ folder, install: 'macOS app' }];
    case 'win32':
      return windowsCandidates(machine, folder);
    default:
      return [{ folder, install: 'Linux app' }];
  }
}

/**
 * The packaged installation reads a copy of its own and never `%APPDATA%\Claude`, which may be left over from an older
 * one; so that folder counts beside a package only where the classic program is still there.
 */
async function windowsCandidates(machine: Machine, classic: string): Promise<Candidate[]> {
  const local = localData(machine);
  const packages = (await machine.list(join(local, 'Packages'))).filter((name) => /^Claude_/i.test(name)).sort();
  const hasClassicProgram = await isFolder(machine, join(local, 'AnthropicClaude'));
  return [
    ...packages.map((name) => ({
      folder: join(local, 'Packages', name, 'LocalCache', 'Roaming', 'Claude'),
      install: 'Windows package',
    })),
    ...(packages.length === 0 || hasClassicProgram ? [{ folder: classic, install: 'Windows classic' }] : []),
  ];
}

function plainFolder(machine: Machine): string {
  switch (machine.platform) {
    case 'darwin':
      return join(machine.home, 'Library', 'Application Support', 'Claude');
    case 'win32':
      return join(machine.variable('APPDATA') ?? join(machine.home, 'AppData', 'Roaming'), 'Claude');
    default:
      return join(machine.variable('XDG_CONFIG_HOME') ?? join(machine.home, '.config'), 'Claude');
  }
}

const localData = (machine: Machine): string =>
  machine.variable('LOCALAPPDATA') ?? join(machine.home, 'AppData', 'Local');

/** Only whether there is one: what its keys are called is not established (facts of November 2026). */
async function hasPolicy(machine: Machine): Promise<boolean> {
  switch (machine.platform) {
    case 'darwin': {
      const file = 'com.anthropic.claudefordesktop.plist';
      const folder = '/Library/Managed Preferences';
      const paths = [join(folder, file), join(folder, machine.variable('USER') ?? '', file)];
      return (await Promise.all(paths.map((path) => machine.facts(path)))).some((facts) => facts !== null);
    }
    case 'win32': {
      const keys = ['HKLM', 'HKCU'].map((root) => `${root}\\SOFTWARE\\Policies\\Claude`);
      return (await Promise.all(keys.map((key) => machine.hasRegistryKey(key)))).some(Boolean);
    }
    default:
      return false;
  }
}
