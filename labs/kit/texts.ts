// Texts: what a lab says, from its hints.md, and what all labs say, from messages.md beside this file. Everything that a
// student reads about a check is there and nowhere else, so that a lab is translated by translating two files.
//
//   ## 3.4 never more pods than asked
//   ### Message surplus
//   - Happened: you created {pod} at {at}; {have} of {want} existed
//   - Expected: ...
//   - Why: ...
//   ### Hint 1
// Always true: a placeholder without a value is an error of the lab, never a hole in a sentence.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A message with its placeholders, or without them once they are filled. */
export interface Message {
  readonly happened: string;
  readonly expected: string;
  readonly why: string;
}

export interface CheckTexts {
  readonly id: string;
  readonly title: string;
  readonly messages: ReadonlyMap<string, Message>;
  /** Where to look, which idea, nearly the code: Markdown. */
  readonly hints: readonly string[];
}

export type Values = Readonly<Record<string, string | number>>;

export class Texts {
  readonly checks: ReadonlyMap<string, CheckTexts>;
  readonly #shared: ReadonlyMap<string, Message>;

  constructor(checks: ReadonlyMap<string, CheckTexts>, shared: ReadonlyMap<string, Message> = new Map()) {
    this.checks = checks;
    this.#shared = shared;
  }

  /** @throws Error when hints.md says nothing about the check */
  check(id: string): CheckTexts {
    const found = this.checks.get(id);
    if (!found) throw new Error(`hints.md has no section "## ${id} ..."; it has ${[...this.checks.keys()].join(', ')}`);
    return found;
  }

  /** The check's own message of that name, or the one that all labs share. @throws Error when there is none */
  template(check: string, name: string): Message {
    const { messages } = this.check(check);
    const found = messages.get(name) ?? this.#shared.get(name);
    if (found) return found;
    const known = [...messages.keys(), ...this.#shared.keys()].join(', ');
    throw new Error(`hints.md has no "### Message ${name}" under ${check}; there are ${known}`);
  }

  /** The message with its values. @throws Error when there is none, or a value is missing */
  message(check: string, name: string, values: Values): Message {
    const { happened, expected, why } = this.template(check, name);
    const filled = (text: string) => fill(text, values, `message ${name} of check ${check}`);
    return { happened: filled(happened), expected: filled(expected), why: filled(why) };
  }
}

const placeholder = /\{([a-zA-Z]+)\}/g;

/** The names in braces. */
export const placeholdersOf = ({ happened, expected, why }: Message): string[] => [
  ...new Set([...`${happened}\n${expected}\n${why}`.matchAll(placeholder)].map(([, name]) => name!)),
];

/** @throws Error that names what is missing */
export const fill = (text: string, values: Values, where = 'the text'): string =>
  text.replace(placeholder, (_, name: string) => {
    if (Object.hasOwn(values, name)) return String(values[name]);
    throw new Error(`${where}: no value for {${name}}; there are ${Object.keys(values).join(', ')}`);
  });

/**
 * Takes hints.md apart. What stands above the first `##` is for its readers only.
 * @throws Error that names the line
 */
export function parseTexts(markdown: string, file = 'hints.md'): Map<string, CheckTexts> {
  const checks = new Map<string, CheckTexts>();
  let messages = new Map<string, Message>();
  let hints: string[] = [];
  let lines: string[] = [];
  /** What to do with the lines collected, once a heading ends them. */
  let finish = () => {};
  const wrong = (at: number, what: string) => new Error(`${file}:${at + 1}: ${what}`);

  for (const [at, line] of markdown.split('\n').entries()) {
    const heading = /^(##|###) (.*?)\s*$/.exec(line);
    if (!heading) {
      lines.push(line);
      continue;
    }
    finish();
    const collected: string[] = [];
    lines = collected;
    finish = () => {};
    const text = heading[2]!;
    if (heading[1] === '##') {
      const [, id, title] = /^(\S+)\s+(.+)$/.exec(text) ?? [];
      if (!id || !title) throw wrong(at, `"## ${text}" is not "## <check> <title>"`);
      if (checks.has(id)) throw wrong(at, `${id} is there twice`);
      messages = new Map();
      hints = [];
      checks.set(id, { id, title, messages, hints });
      continue;
    }
    const [, kind, name] = /^(Message|Hint) (\S+)$/.exec(text) ?? [];
    if (checks.size === 0 || !name)
      throw wrong(at, `"### ${text}" is not "### Message <name>" or "### Hint <1, 2, 3>" of a check`);
    if (kind === 'Hint' && Number(name) !== hints.length + 1) throw wrong(at, `hint ${name} is not the next one`);
    if (kind === 'Message' && messages.has(name)) throw wrong(at, `message ${name} is there twice`);
    const own = { messages, hints };
    if (kind === 'Hint') own.hints.push('');
    finish = () => {
      if (kind === 'Hint') own.hints[Number(name) - 1] = collected.join('\n').trim();
      else
        own.messages.set(
          name,
          messageOf(collected, (what) => wrong(at, `message ${name}: ${what}`)),
        );
    };
  }
  finish();
  return checks;
}

function messageOf(lines: readonly string[], wrong: (what: string) => Error): Message {
  const said: Record<string, string> = {};
  let last: string | undefined;
  for (const line of lines) {
    const [, label, text] = /^- (Happened|Expected|Why): *(.*)$/.exec(line) ?? [];
    if (label) {
      last = label;
      said[label] = text!.trim();
    } else if (line.trim() !== '') {
      if (!last || !/^\s/.test(line)) throw wrong(`"${line}" is none of "- Happened: ", "- Expected: ", "- Why: "`);
      said[last] += ` ${line.trim()}`;
    }
  }
  const { Happened: happened, Expected: expected, Why: why } = said;
  if (!happened || !expected || !why) throw wrong('it wants the lines "- Happened:", "- Expected:" and "- Why:"');
  return { happened, expected, why };
}

/** Beside this folder in the sources; from `dist/` the same files. */
const labs = new URL(import.meta.url.endsWith('.ts') ? '../' : '../labs/', import.meta.url);

/** Absolute path of a lab's folder (`03-replication`). */
export const labFolder = (lab: string): string => fileURLToPath(new URL(`${lab}/`, labs));

const read = new Map<string, Texts>();

/** The texts of a lab, read once. @param lab its folder: `03-replication` */
export function textsOf(lab: string): Texts {
  let texts = read.get(lab);
  if (!texts) {
    const own = parseTexts(readFileSync(new URL(`${lab}/hints.md`, labs), 'utf8'), `${lab}/hints.md`);
    texts = new Texts(own, sharedMessages());
    read.set(lab, texts);
  }
  return texts;
}

/** What every lab may say. */
export function sharedMessages(): ReadonlyMap<string, Message> {
  const shared = parseTexts(readFileSync(new URL('kit/messages.md', labs), 'utf8'), 'kit/messages.md');
  return shared.get('all')!.messages;
}
