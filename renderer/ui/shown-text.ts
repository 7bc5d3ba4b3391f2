/** What cannot be seen or turns text around: controls but for newline and tab, format characters, lone surrogates, blanks. */
const unseen =
  /[\u{0}-\u{8}\u{b}-\u{1f}\u{7f}-\u{9f}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{2800}\u{3164}\u{fe00}-\u{fe0f}\u{ffa0}\u{e0100}-\u{e01ef}]/gu;

/** Text of unknown origin with everything in it made visible: an unseen character stands as its mark and number. */
export const shownText = (text: string): string =>
  text.replace(unseen, (one) => `‹U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
