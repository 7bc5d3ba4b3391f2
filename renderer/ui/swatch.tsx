/** A customer's own colour beside its name. */
export function Swatch({ colour }: { colour: string | null }) {
  return colour === null ? (
    <span aria-hidden className="size-2.5 shrink-0 rounded-full border border-edge" />
  ) : (
    <span aria-hidden data-colour={colour} className="size-2.5 shrink-0 rounded-full bg-customer" />
  );
}
