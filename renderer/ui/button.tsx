import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';
import { Tooltip } from './tooltip.tsx';

const looks = {
  main: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent font-medium',
  plain: 'bg-raised text-ink border-edge/50 hover:bg-hover',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-hover',
  danger: 'bg-bad-solid text-on-bad border-transparent hover:opacity-90 font-medium',
};

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks;
  size?: 'small' | 'normal' | 'icon';
  icon?: ReactNode;
  shortcut?: string;
  busy?: boolean;
}

const sizes = { small: 'h-6 px-2 text-12 gap-1', normal: 'h-8 px-3 text-13 gap-2', icon: 'size-8 justify-center' };

/** A verb. While it is busy it keeps its place, its words and the focus. An icon alone tells its name on hover. */
export function Button({
  look = 'plain',
  size = 'normal',
  icon,
  shortcut,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      aria-keyshortcuts={shortcut}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classNames(
        'inline-flex shrink-0 items-center rounded-md border whitespace-nowrap transition-colors duration-[120ms] select-none disabled:opacity-50 aria-disabled:opacity-60',
        looks[look],
        sizes[size],
        className,
      )}
    >
      {icon}
      {children}
      {shortcut !== undefined && <Kbd keys={shortcut} />}
    </button>
  );
  const label = rest['aria-label'];
  return size === 'icon' && label !== undefined ? <Tooltip text={label}>{button}</Tooltip> : button;
}
