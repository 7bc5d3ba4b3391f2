import type { ReactNode } from 'react';

export interface ConfirmRequest<Result> {
  title: string;
  text: ReactNode;
  /** The verb on the button. */
  verb: string;
  danger?: boolean;
  /** `always`: asked before anything is tried; `refused`: only when the host answers that it wants a person. */
  when?: 'always' | 'refused';
  run: (proof?: string) => Promise<Result>;
}
