import { DropdownMenu } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}

/** Not modal: a modal one locks scrolling by a <style> element, which the CSP refuses. */
export function Menu({ trigger, items, label }: { trigger: ReactNode; items: readonly MenuItem[]; label: string }) {
  // Inside the page’s landmark, where a screen reader looks for it.
  const [main, setMain] = useState<HTMLElement | null>(null);
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(isOpen) => isOpen && setMain(document.querySelector('main'))}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={main}>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className="enter z-50 min-w-44 rounded-md border border-line bg-raised p-1 shadow-panel"
        >
          {items.map(({ label: name, icon, shortcut, danger = false, disabled = false, run }) => (
            <DropdownMenu.Item
              key={name}
              disabled={disabled}
              onSelect={run}
              className={classNames(
                'flex h-7 items-center gap-2 rounded-sm px-2 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover',
                danger && 'text-bad',
              )}
            >
              {icon}
              <span className="flex-1">{name}</span>
              {shortcut !== undefined && <Kbd keys={shortcut} />}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
