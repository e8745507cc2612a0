// Difference: what one JSON value has and another has not, field by field, as a person reads it:
//   + spec.nodeName: node-1        ~ status.phase: Pending -> Running        - metadata.labels.tier: web

/** Lines in the order of the fields; lists are compared by position. */
export function difference(before: unknown, after: unknown, path = ''): string[] {
  if (Object.is(before, after)) return [];
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => difference(fieldOf(before, key), fieldOf(after, key), joined(path, key)));
  }
  if (before === undefined) return leaves(after, path, '+');
  if (after === undefined) return leaves(before, path, '-');
  if (isBranch(before) || isBranch(after)) return [...leaves(before, path, '-'), ...leaves(after, path, '+')];
  return [`~ ${path}: ${text(before)} -> ${text(after)}`];
}

type Branch = Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

const fieldOf = (branch: Branch, key: string): unknown => (Object.hasOwn(branch, key) ? branch[key] : undefined);

/** `status.conditions[0].type`; a key with dots of its own is quoted. */
function joined(path: string, key: string): string {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? name : `${path}.${name}`;
}

function leaves(value: unknown, path: string, mark: '+' | '-'): string[] {
  if (!isBranch(value) || Object.keys(value).length === 0) return [`${mark} ${path}: ${text(value)}`];
  return Object.entries(value).flatMap(([key, field]) => leaves(field, joined(path, key), mark));
}

const text = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
