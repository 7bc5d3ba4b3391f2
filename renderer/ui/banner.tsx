import type { ReactNode } from 'react';
import { toneLooks, type Tone } from './badge.tsx';
import { classNames } from './class-names.ts';

interface BannerProps {
  tone: Tone;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Said at once by a screen reader: for what the person just did. */
  urgent?: boolean;
}

export function Banner({ tone, title, children, action, urgent = false }: BannerProps) {
  return (
    <div
      role={urgent ? 'alert' : undefined}
      className={classNames('flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-3 py-2', toneLooks[tone])}
    >
      <div className="min-w-0 flex-1 basis-56 break-words">
        <p className="font-medium">{title}</p>
        {children && <div className="text-13">{children}</div>}
      </div>
      {action}
    </div>
  );
}
