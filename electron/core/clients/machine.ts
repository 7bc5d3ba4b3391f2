/** What Chatelaine may ask about the machine that it runs on to find other programs. Nothing here changes anything. */
export interface Machine {
  platform: NodeJS.Platform;
  /** The person's own folder. */
  home: string;
  /** `APPDATA`, `XDG_CONFIG_HOME` and the like; undefined when unset or empty. */
  variable(name: string): string | undefined;
  /** Facts of what a path leads to, links followed; null when nothing is there. */
  facts(path: string): Promise<MachineFacts | null>;
  /** Names in a folder; none when it is not there or may not be read. */
  list(folder: string): Promise<string[]>;
  /** Command lines (on Windows: paths) of the person's running programs; null where the system does not tell. */
  programs(): Promise<readonly string[] | null>;
  /** Windows only, e.g. `HKLM\\SOFTWARE\\Policies\\Claude`; false elsewhere. */
  hasRegistryKey(key: string): Promise<boolean>;
}

export interface MachineFacts {
  isFolder: boolean;
  /** Whether its owner may write to it, by its mode: people make files read-only to protect them. */
  isWritable: boolean;
  size: number;
  modifiedMs: number;
}

export const isFolder = async (machine: Machine, path: string): Promise<boolean> =>
  (await machine.facts(path))?.isFolder ?? false;
