import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { useDialogFocus } from './dialog-focus.ts';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  /** A sheet comes from the right and takes the full height. */
  shape?: 'dialog' | 'sheet' | 'drawer';
  wide?: boolean;
  children?: ReactNode;
}

const shapes = {
  dialog: 'top-[12vh] left-1/2 max-h-[76vh] w-[calc(100vw-32px)] -translate-x-1/2 rounded-md enter',
  sheet: 'inset-y-0 right-0 w-full border-y-0 border-r-0 enter-right',
  drawer: 'inset-y-0 left-0 w-60 border-y-0 border-l-0',
};

/**
 * Radix's dialog without its overlay: that one locks scrolling by a <style> element, which the CSP refuses. Nothing behind
 * scrolls anyway: the page itself never does, and Radix takes pointer events from all that is behind.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  footer,
  shape = 'dialog',
  wide = false,
  children,
}: DialogProps) {
  const focus = useDialogFocus();
  return (
    <Radix.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          {...focus}
          // A toast is above all: dismissing it is no way out of what is open below. It may be gone from the page by now.
          onInteractOutside={(event) => {
            if (event.target instanceof Element && event.target.closest('[data-toast]')) event.preventDefault();
          }}
          className={classNames(
            'fixed z-50 flex flex-col border border-line bg-surface shadow-panel',
            shapes[shape],
            shape !== 'drawer' && (wide ? 'max-w-[760px]' : 'max-w-[480px]'),
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-15 font-semibold break-words">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close" className="-mt-1 -mr-2" icon={<X size={16} />} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
          {footer && <footer className="flex flex-wrap items-center justify-end gap-2 px-5 pt-3 pb-4">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
