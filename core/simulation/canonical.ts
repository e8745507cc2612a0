// Canonical text: one text for one value, whatever the order in which its fields were written: keys sorted by their code
// units, no spaces, what is undefined left out. It is what a history's hash is made of.

/** Texts of parts that several versions of an object share: labels, specs, owners. */
const known = new WeakMap<object, string>();

/** @param depth how far below the object's top it stands: parts near the top are kept, what is in them is not */
export function canonicalText(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const isKept = depth === 1 || depth === 2;
  const before = isKept ? known.get(value) : undefined;
  if (before !== undefined) return before;
  const text = Array.isArray(value)
    ? listText(value, depth)
    : mapText(value as Readonly<Record<string, unknown>>, depth);
  if (isKept) known.set(value, text);
  return text;
}

const listText = (list: readonly unknown[], depth: number): string =>
  `[${list.map((item) => canonicalText(item, depth + 1)).join(',')}]`;

function mapText(map: Readonly<Record<string, unknown>>, depth: number): string {
  let text = '';
  for (const key of Object.keys(map).sort()) {
    const item = map[key];
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(item, depth + 1)}`;
  }
  return `{${text}}`;
}
