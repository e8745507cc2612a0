// How wide a text is on the screen, where there is no screen: by kinds of letters, of a font that is rather wide. What is a
// little too much leaves some air; what is too little would let words overlap.

interface Item {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** Pixels. */
export function textWidth({ text: own, fontSize = 14, fontWeight }: Item, text: unknown = own): number {
  const letters = [...String(text ?? '')];
  const ems = letters.reduce((sum, letter) => sum + letterWidth(letter), 0);
  const bold = fontWeight === 'bold' || Number(fontWeight) >= 600;
  return Math.round(ems * fontSize * (bold ? 1.1 : 1));
}

/** In ems. */
function letterWidth(letter: string): number {
  if (/[ iljI.,:;'|!()[\]/\\ft-]/.test(letter)) return 0.36;
  if (/[mwMW%★…@]/.test(letter)) return 0.93;
  return /[A-Z]/.test(letter) ? 0.69 : 0.61;
}
