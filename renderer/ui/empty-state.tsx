import type { ReactNode } from 'react';

/** Nothing here yet, and what to do about it. */
export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-14 text-center">
      {icon && <div className="text-muted">{icon}</div>}
      <p className="text-15 font-medium">{title}</p>
      <div className="flex flex-wrap items-center justify-center gap-2 text-muted">{children}</div>
    </div>
  );
}
