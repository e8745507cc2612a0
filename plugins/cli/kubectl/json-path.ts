// JSONPath as kubectl has it: a template of texts and paths in braces (kubernetes.io/docs/reference/kubectl/jsonpath).
//   {.metadata.name}   {.items[*].spec.nodeName}   {.items[0]}   {.items[-1:].metadata.name}   {..image}
//   {.status.conditions[?(@.type=="Ready")].status}   {.metadata.labels.app\.kubernetes\.io/name}   {.a['b','c']}
//   {range .items[*]}{.metadata.name}{"\n"}{end}
// Always true: several values are printed with blanks between them; what is not there is nothing.

import { KubectlError } from './errors.ts';
import { goJson } from './go-json.ts';
import { isRecord, own } from './records.ts';

type Part =
  | { readonly text: string }
  | { readonly path: string }
  | { readonly each: string; readonly parts: readonly Part[] };

/** The template's text for the value. @throws KubectlError when the template is wrong. */
export function jsonPath(template: string, value: unknown): string {
  return render(parse(template), value, value);
}

function render(parts: readonly Part[], root: unknown, current: unknown): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      if ('each' in part)
        return find(part.each, root, current)
          .map((item) => render(part.parts, root, item))
          .join('');
      return find(part.path, root, current).map(shown).join(' ');
    })
    .join('');
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : goJson(value);

function parse(template: string): Part[] {
  const tokens = template.match(/\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*\}|[^{}]+|[{}]/g) ?? [];
  const open: Part[][] = [[]];
  const ranges: string[] = [];
  for (const token of tokens) {
    const inside = /^\{([\s\S]*)\}$/.exec(token)?.[1]?.trim();
    const parts = open[open.length - 1]!;
    if (inside === undefined) {
      if (token === '{' || token === '}') throw new KubectlError(`error parsing jsonpath ${template}, unclosed action`);
      parts.push({ text: token });
    } else if (/^["']/.test(inside)) parts.push({ text: unquoted(inside) });
    else if (/^range\s/.test(inside)) {
      ranges.push(inside.slice('range'.length).trim());
      open.push([]);
    } else if (inside === 'end') {
      const each = ranges.pop();
      if (each === undefined)
        throw new KubectlError(`error parsing jsonpath ${template}, not in range, nothing to end`);
      open.pop();
      open[open.length - 1]!.push({ each, parts });
    } else parts.push({ path: inside });
  }
  if (ranges.length > 0) throw new KubectlError(`error parsing jsonpath ${template}, range is not ended`);
  return open[0]!;
}

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => ({ n: '\n', t: '\t', r: '\r' })[sign] ?? sign);

const stepPattern =
  /^(?:\.\.(?<deep>[^.[\]]*)|\.?\[\?\((?<filter>.*?)\)\]|\.?\[(?<index>[^\]]*)\]|\.(?<name>(?:\\.|[^.[\]\\])+)|\.(?=$))/;

/** All values that a path leads to. `@` and nothing begin where we are, `$` at the top. */
export function find(path: string, root: unknown, current: unknown = root): unknown[] {
  let rest = path.replace(/^[$@]/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  let values: unknown[] = [path.startsWith('$') ? root : current];
  while (rest !== '') {
    const step = stepPattern.exec(rest);
    if (!step) throw new KubectlError(`error parsing jsonpath {${path}}, unrecognized at ${rest}`);
    rest = rest.slice(step[0].length);
    const { deep, filter, index, name } = step.groups ?? {};
    if (deep !== undefined)
      values = values.flatMap(everyValue).flatMap((value) => (deep === '' ? [value] : named(value, deep)));
    else if (filter !== undefined)
      values = values.flatMap((value) => children(value).filter((item) => holds(filter, root, item)));
    else if (index !== undefined) values = values.flatMap((value) => indexed(value, index));
    else if (name !== undefined) values = values.flatMap((value) => named(value, name.replaceAll(/\\(.)/g, '$1')));
  }
  return values;
}

function named(value: unknown, name: string): unknown[] {
  if (name === '*') return children(value);
  return isRecord(value) && Object.hasOwn(value, name) ? [own(value, name)] : [];
}

function indexed(value: unknown, index: string): unknown[] {
  if (index === '*') return children(value);
  if (/^['"]/.test(index)) return index.split(',').flatMap((name) => named(value, name.trim().slice(1, -1)));
  if (!Array.isArray(value)) return [];
  return index.split(',').flatMap((one) => {
    const [from = '', to, step = '1'] = one.trim().split(':');
    if (to === undefined) return value.slice(Number(from)).slice(0, 1);
    return value
      .slice(Number(from || 0), to === '' ? undefined : Number(to))
      .filter((_, i) => i % Number(step || 1) === 0);
  });
}

const children = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];

const everyValue = (value: unknown): unknown[] => [value, ...children(value).flatMap(everyValue)];

/** `@.type=="Ready"`, `@.port>80`, `@.name` (is there). */
function holds(filter: string, root: unknown, item: unknown): boolean {
  const [, left = '', operator, right = ''] = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(filter.trim()) ?? [];
  if (!operator) return find(filter.trim(), root, item).length > 0;
  const value = (text: string): unknown => {
    if (/^["']/.test(text)) return unquoted(text);
    if (/^[@$.]/.test(text)) return find(text, root, item)[0];
    return text === 'true' ? true : text === 'false' ? false : Number(text);
  };
  const [a, b] = [value(left.trim()), value(right.trim())] as [string, string];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    default:
      return a >= b;
  }
}
