/** What a client launches, by absolute path. */
export interface RuntimePaths {
  node: string;
  bridge: string;
}

/**
 * The data folder's own copies of Node and bridge, one per version, each in a folder named by a hash. A client goes on
 * launching the copy that it was registered with, so an update must not take that away.
 */
export interface StableRuntime {
  /** Makes the copy of this host's version, or repairs it where it is damaged. Resolves with its hash. */
  ensure(): Promise<string>;
  pathsOf(hash: string): RuntimePaths;
  /** Whether a client can launch this copy. This host's own is repaired first; an older one cannot be. */
  isThere(hash: string): Promise<boolean>;
  /** Removes every copy but this host's own and those named. */
  sweep(used: readonly string[]): Promise<void>;
}
