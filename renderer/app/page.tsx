import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

interface PageProps {
  title: string;
  /** The page's question, answered in its first line. */
  answer?: ReactNode;
  actions?: ReactNode;
  /** The content scrolls by itself (lists) and takes the whole height. */
  fills?: boolean;
  children: ReactNode;
}

/** A page: its name is the document's title, and gets the focus when somebody came here from another page. */
export function Page({ title, answer, actions, fills = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const router = useRouter();
  useEffect(() => {
    document.title = `${title} · Chatelaine`;
  }, [title]);
  useEffect(() => {
    // Not on the first page: nobody navigated to it, and the address bar or the window has the focus.
    if (router.history.length > 1 && document.activeElement?.closest('[role=dialog]') === null) {
      heading.current?.focus({ preventScroll: true });
    }
  }, [router]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-5 py-2 narrow:px-4">
        <div className="min-w-0 flex-1">
          <h1 ref={heading} tabIndex={-1} className="text-20 font-semibold">
            {title}
          </h1>
          {answer && <div className="text-muted">{answer}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {fills ? (
        <div className="flex min-h-0 flex-1">{children}</div>
      ) : (
        <div tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
          <div className="flex max-w-4xl flex-col gap-6 px-5 py-5 narrow:px-4">{children}</div>
        </div>
      )}
    </div>
  );
}

export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <h2 className="flex-1 text-15 font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
