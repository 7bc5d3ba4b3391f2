import { useRef } from 'react';

interface FocusHandlers {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
}

/**
 * Where the focus goes when a dialog opens: its first field, else what says that it comes first, else its first button below
 * (which is never the dangerous one), else the dialog itself. And when it closes: back to what had it, unless the page has given it away already.
 */
export function useDialogFocus(): FocusHandlers {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus(event) {
      event.preventDefault();
      opener.current = document.activeElement;
      const dialog = event.currentTarget;
      if (!(dialog instanceof HTMLElement)) return;
      const first =
        dialog.querySelector<HTMLElement>('input:not([type=file]):not(:disabled), textarea, select') ??
        dialog.querySelector<HTMLElement>('[data-first]') ??
        dialog.querySelector<HTMLElement>('footer button') ??
        dialog;
      first.focus();
    },
    onCloseAutoFocus(event) {
      // There is no Radix trigger, to which it would go otherwise.
      event.preventDefault();
      if (document.activeElement !== null && document.activeElement !== document.body) return;
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    },
  };
}
