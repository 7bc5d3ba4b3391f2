import { parseArgs } from 'node:util';

export interface DesktopOptions {
  home: string | null;
  demo: boolean;
  /** Started by a client, a command or at log-in: no window unless a person is needed. */
  hidden: boolean;
  vault: 'keychain' | 'file' | null;
}

/** Electron and the system add switches of their own, so what is not known is passed over. */
export function optionsFrom(argv: readonly string[]): DesktopOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      home: { type: 'string' },
      vault: { type: 'string' },
      demo: { type: 'boolean', default: false },
      hidden: { type: 'boolean', default: false },
    },
    strict: false,
    allowPositionals: true,
  });
  const { home, vault } = values;
  return {
    home: typeof home === 'string' && home !== '' ? home : null,
    vault: vault === 'keychain' || vault === 'file' ? vault : null,
    demo: values.demo === true,
    hidden: values.hidden === true,
  };
}
