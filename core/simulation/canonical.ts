// Canonical text: one text for one value, whatever the order in which its fields were written: keys sorted by their code
// units, no spaces, what is undefined left out. It is what a history's hash is made of, so each change of a day goes through it.

/** Texts of pods' specs, of owners and the like, which many versions of an object share. */
const known = new WeakMap<object, string>();

/** Keys as JSON writes them, with their colon. */
const quoted = new Map<string, string>();
const mostQuoted = 10_000;

/** What JSON writes as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/;

export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return plain.test(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  let text = '';
  for (const key of inOrder(Object.keys(value))) {
    const item: unknown = value[key as keyof typeof value];
    if (item === undefined) continue;
    text += `${text === '' ? '' : ','}${quote(key)}${isShared(key) ? sharedText(item) : canonicalText(item)}`;
  }
  return `{${text}}`;
}

/** Parts that stay the same from one version to the next, and are large. */
const isShared = (key: string): boolean => key === 'spec' || key === 'ownerReferences' || key === 'labels';

function sharedText(value: unknown): string {
  // Small ones cost less to write than to look up: the spec of a lease is new each time.
  if (typeof value !== 'object' || value === null || Object.keys(value).length < 4) return canonicalText(value);
  let text = known.get(value);
  if (text === undefined) {
    text = canonicalText(value);
    known.set(value, text);
  }
  return text;
}

function inOrder(keys: string[]): string[] {
  for (let at = 1; at < keys.length; at += 1) if (keys[at - 1]! > keys[at]!) return keys.sort();
  return keys;
}

function quote(key: string): string {
  let text = quoted.get(key);
  if (text === undefined) {
    text = `${JSON.stringify(key)}:`;
    if (quoted.size >= mostQuoted) quoted.clear();
    quoted.set(key, text);
  }
  return text;
}
