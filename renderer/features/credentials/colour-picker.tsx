import type { Credential } from './credential.ts';

const colours = ['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink'] as const;

/** The customer's own colour: beside its name everywhere, and the head of its approvals. */
export function ColourPicker({ chosen }: { chosen: Credential['colour'] }) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">Colour</legend>
      <div className="flex flex-wrap gap-1">
        {['', ...colours].map((colour) => (
          <label
            key={colour}
            title={colour === '' ? 'no colour' : colour}
            className="flex size-8 items-center justify-center rounded-md border border-transparent has-checked:border-ink has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="colour"
              value={colour}
              defaultChecked={colour === (chosen ?? '')}
              className="sr-only"
            />
            <span className="sr-only">{colour === '' ? 'no colour' : colour}</span>
            <span
              aria-hidden
              {...(colour === '' ? {} : { 'data-colour': colour })}
              className={colour === '' ? 'size-5 rounded-full border border-edge' : 'size-5 rounded-full bg-customer'}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
