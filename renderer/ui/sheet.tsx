import type { ComponentProps } from 'react';
import { Dialog } from './dialog.tsx';

/** Work beside the page: forms, diffs, steps. */
export function Sheet(props: Omit<ComponentProps<typeof Dialog>, 'shape'>) {
  return <Dialog {...props} shape="sheet" />;
}
