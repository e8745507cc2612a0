// JSON text: reads a body as the API server does. JSON.parse does the work; one look over the text before it finds what
// JSON.parse does not say: nesting too deep, keys given twice, and, when the text is wrong, where, in the words of Go's
// encoding/json, which is what clients of Kubernetes get to read.

/** Bodies nested deeper than this are refused before anything looks at them. */
export const maxDepth = 100;

export interface JsonText {
  readonly value: unknown;
  /** Paths of keys that stand twice in one object: `spec.replicas`. The last one counts. */
  readonly duplicates: readonly string[];
}

/** What is wrong with a text, in Go's words. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** @throws JsonSyntaxError */
export function parseJson(text: string): JsonText {
  const quick = parseCompact(text);
  if (quick) return quick;
  const duplicates = new Scanner(text).scan();
  return { value: JSON.parse(text), duplicates };
}

/** Most clients write JSON as short as it can be. A text that is no longer than its value has to be says nothing twice. */
function parseCompact(text: string): JsonText | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Go ends what it writes with a new line.
    const length = text.endsWith('\n') ? text.length - 1 : text.length;
    return shortest(value, text.includes('\\'), 0) === length ? { value, duplicates: [] } : undefined;
  } catch {
    // Wrong, or nested beyond the stack: the look over the text finds out what and where.
    return undefined;
  }
}

/**
 * The length of the shortest text that says the value: one that says a key twice or has a space too many is longer.
 * NaN where that is not so easily told, or the value is nested too deep. A third of what writing and comparing took.
 * @param escapes whether there are any in the text; most have none
 */
function shortest(value: unknown, escapes: boolean, depth: number): number {
  if (typeof value === 'string') return textLength(value, escapes);
  if (typeof value === 'number') return numberLength(value);
  if (typeof value === 'boolean') return value ? 4 : 5;
  if (typeof value !== 'object' || value === null) return 4;
  if (depth > maxDepth) return Number.NaN;
  // One for the brackets: the last member has no comma.
  let length = 1;
  if (Array.isArray(value)) {
    for (const item of value) length += shortest(item, escapes, depth + 1) + 1;
  } else {
    for (const key in value) {
      length += textLength(key, escapes) + shortest((value as Record<string, unknown>)[key], escapes, depth + 1) + 2;
    }
  }
  return Math.max(length, 2);
}

const textLength = (text: string, escapes: boolean): number =>
  escapes ? JSON.stringify(text).length : text.length + 2;

/** Whole numbers with less than three zeros at their end: no other way to write them (`1e3`) is shorter. */
const numberLength = (value: number): number =>
  Number.isSafeInteger(value) && (value % 1000 !== 0 || value === 0) ? String(value).length : Number.NaN;

const whitespace = /[ \t\n\r]/;
const numberAt = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters inside texts
const stringAt = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #path: (string | number)[] = [];
  readonly #duplicates: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): string[] {
    this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
    return this.#duplicates;
  }

  #value(depth: number): void {
    if (depth > maxDepth) throw new JsonSyntaxError(`exceeded max depth of ${maxDepth}`);
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') this.#object(depth);
    else if (first === '[') this.#array(depth);
    else if (first === '"') this.#string();
    else if (first === 't') this.#literal('true');
    else if (first === 'f') this.#literal('false');
    else if (first === 'n') this.#literal('null');
    else this.#number();
  }

  #object(depth: number): void {
    const keys = new Set<string>();
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
      const raw = this.#string();
      const key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      this.#path.push(key);
      if (keys.has(key)) this.#duplicates.push(pathText(this.#path));
      keys.add(key);
      this.#space();
      if (this.#text[this.#at] !== ':') this.#fail('after object key');
      this.#at += 1;
      this.#value(depth + 1);
      this.#path.pop();
      this.#space();
      if (this.#end('}', 'after object key:value pair')) return;
    }
  }

  #array(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      return;
    }
    for (let index = 0; ; index += 1) {
      this.#path.push(index);
      this.#value(depth + 1);
      this.#path.pop();
      this.#space();
      if (this.#end(']', 'after array element')) return;
    }
  }

  /** Steps over ',' (false) or the closing bracket (true). */
  #end(bracket: string, where: string): boolean {
    const next = this.#text[this.#at];
    if (next !== ',' && next !== bracket) this.#fail(where);
    this.#at += 1;
    return next === bracket;
  }

  #string(): string {
    stringAt.lastIndex = this.#at;
    const match = stringAt.exec(this.#text)?.[0];
    if (match === undefined) return this.#brokenString();
    this.#at += match.length;
    return match;
  }

  #brokenString(): never {
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at] ?? '';
      if (character < ' ') this.#fail('in string literal');
      if (character !== '\\') continue;
      this.#at += 1;
      const escape = this.#text[this.#at];
      if (escape === 'u') {
        for (let digit = 0; digit < 4; digit += 1) {
          this.#at += 1;
          if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape');
        }
      } else if (!escape || !'"\\/bfnrt'.includes(escape)) this.#fail('in string escape code');
    }
    return this.#fail('');
  }

  #literal(word: string): void {
    for (let index = 0; index < word.length; index += 1, this.#at += 1)
      if (this.#text[this.#at] !== word[index])
        this.#fail(`in literal ${word} (expecting ${quote(word[index] ?? '')})`);
  }

  #number(): void {
    numberAt.lastIndex = this.#at;
    const match = numberAt.exec(this.#text)?.[0];
    if (match === undefined) {
      if (this.#text[this.#at] !== '-') this.#fail('looking for beginning of value');
      this.#at += 1;
      this.#fail('in numeric literal');
    }
    this.#at += match.length;
  }

  #space(): void {
    while (this.#at < this.#text.length && whitespace.test(this.#text[this.#at] as string)) this.#at += 1;
  }

  #fail(where: string): never {
    const character = this.#text[this.#at];
    if (character === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quote(character)} ${where}`);
  }
}

/** A character as Go quotes it. */
const quote = (character: string): string =>
  character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;

/** `spec.containers[0].image` */
const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
