import { diffRows } from './diff-rows.ts';
import { shownText } from './shown-text.ts';

const looks = { same: '', added: 'bg-good-soft text-good', removed: 'bg-bad-soft text-bad' };
const marks = { same: ' ', added: '+', removed: '−' };
const words = { same: '', added: 'added: ', removed: 'removed: ' };

/** The exact change of a text, whole, with control and direction-changing characters made visible. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const rows = diffRows(before, after);
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className="max-h-[50vh] overflow-auto rounded-md border border-line bg-raised font-mono text-12"
    >
      <table className="min-w-full border-collapse">
        <tbody>
          {rows.map(({ kind, before: was, after: is, text }, index) => (
            <tr key={index} className={looks[kind]}>
              <td className="w-9 px-1 text-right align-top opacity-80 select-none">{was}</td>
              <td className="w-9 px-1 text-right align-top opacity-80 select-none">{is}</td>
              <td aria-hidden className="w-4 text-center align-top select-none">
                {marks[kind]}
              </td>
              <td className="pr-3 break-all whitespace-pre-wrap">
                <span className="sr-only">{words[kind]}</span>
                {shownText(text)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
