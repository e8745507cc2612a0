// Texts that are kept by the hundred thousand. Text that is joined from pieces stays a tree of them until somebody looks into
// it, at 32 bytes a piece; and many objects say the very same: "Started container web".
//   inOnePiece(`Started container ${name}`)

/** Texts that are remembered, at most. */
const capacity = 4096;
const texts = new Map<string, string>();

/** The same text, flat; the very one that was given lately, if there was one. */
export function inOnePiece(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size === capacity) texts.clear();
  texts.set(text, text);
  return text;
}
