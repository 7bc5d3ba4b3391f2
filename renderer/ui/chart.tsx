interface Bar {
  label: string;
  value: number;
  failed: number;
}

/** Calls a day in small; its words are for those who cannot see it. */
export function Chart({ bars, title }: { bars: readonly Bar[]; title: string }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = 8;
  const heightPx = 32;
  return (
    <svg
      role="img"
      aria-label={title}
      viewBox={`0 0 ${Math.max(1, bars.length) * step} ${heightPx}`}
      className="h-8 w-full max-w-64"
      preserveAspectRatio="none"
    >
      {bars.map(({ label, value, failed }, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * heightPx);
        const failedHeight = (failed / most) * heightPx;
        return (
          <g key={label}>
            <title>{`${label}: ${value} calls${failed > 0 ? `, ${failed} failed` : ''}`}</title>
            <rect
              x={index * step + 1}
              y={heightPx - height}
              width={step - 2}
              height={height}
              className={value === 0 ? 'fill-line' : 'fill-accent'}
            />
            {failed > 0 && (
              <rect
                x={index * step + 1}
                y={heightPx - failedHeight}
                width={step - 2}
                height={failedHeight}
                className="fill-bad-solid"
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
