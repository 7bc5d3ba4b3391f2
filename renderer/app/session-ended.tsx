export function SessionEnded() {
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
      <h1 className="text-20 font-semibold">This page's session has ended</h1>
      <p className="max-w-md text-muted">
        Nothing was changed. Open the address that <code className="font-mono">chatelaine serve</code> printed, or run{' '}
        <code className="font-mono">chatelaine page</code> for a new one.
      </p>
    </main>
  );
}
