/** Lines of the final size, seen only when the wait is longer than 150 ms. */
export function Skeleton({ lines = 6, height = 32 }: { lines?: number; height?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} style={{ height }} className="flex items-center px-3">
          <div className="skeleton h-3" style={{ width: `${35 + ((index * 37) % 50)}%` }} />
        </div>
      ))}
    </div>
  );
}
