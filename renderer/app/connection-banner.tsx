import { useEffect, useState } from 'react';
import { useConnection } from '../ask.ts';
import { Banner } from '../ui/banner.tsx';

const inVainMs = 10_000;

/** That what is shown may be old; after a while, what a person can do about it. */
export function ConnectionBanner() {
  const isLost = useConnection() === 'lost';
  const [isInVain, setInVain] = useState(false);
  useEffect(() => {
    setInVain(false);
    if (!isLost) return undefined;
    const timer = setTimeout(() => setInVain(true), inVainMs);
    return () => clearTimeout(timer);
  }, [isLost]);
  if (!isLost) return null;
  return (
    <div role="status" className="p-2">
      <Banner tone="warn" title="The connection to Chatelaine is lost.">
        What you see may be old. This page reconnects by itself.
        {isInVain && (
          <p>
            If Chatelaine was restarted, this address is gone: open the one that <Command>chatelaine serve</Command>{' '}
            printed, or a new one: <Command>chatelaine page</Command>.
          </p>
        )}
      </Banner>
    </div>
  );
}

const Command = ({ children }: { children: string }) => <code className="font-mono text-12">{children}</code>;
