// Written form: what the form of a lab demands of its texts, without running anything: the README's headings, hints.md,
// the picture, what the student's files import. Each function gives sentences about what is wrong.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { headOf, partsIn, statedBy } from './judge.ts';
import type { Lab } from './lab.ts';
import { type CheckTexts, parseTexts, placeholdersOf, sharedMessages } from './texts.ts';

const headings = [
  'What you will be able to do',
  'The idea',
  'Invariants',
  'Predict before you code',
  'Tasks',
  'Try it',
  'Questions',
  'In real Kubernetes',
];

/** What `World.fail` gives to every message. */
const given = ['at', 'fault'];

/** Files that every lab has. */
const files = ['README.md', 'starter.ts', 'check.spec.ts', 'hints.md', 'solution.ts', 'idea.svg'];

export function judgeFiles(lab: Lab, folder: string): string[] {
  const right = partsIn(join(folder, 'right')).length;
  const mistakes = partsIn(join(folder, 'mistakes')).length;
  return [
    ...files.filter((name) => !existsSync(join(folder, name))).map((name) => `${name} is missing`),
    ...(right < 2 ? [`right/ has ${right} of at least 2 solutions of another shape`] : []),
    // Of a lab without a slot (lab 1) there is little that can be got wrong.
    ...(lab.slot && mistakes < 5 ? [`mistakes/ has ${mistakes} of at least 5`] : []),
  ];
}

export function judgeReadme(lab: Lab, folder: string): string[] {
  if (!existsSync(join(folder, 'README.md'))) return [];
  // Headings inside of code are none.
  const text = readFileSync(join(folder, 'README.md'), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const found = [...text.matchAll(/^## (.+?) *$/gm)].map(([, heading]) => heading);
  const section = (heading: string) =>
    new RegExp(`^## ${heading} *\\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
  return [
    ...(new RegExp(`^# Lab ${lab.number}: \\S`).test(text)
      ? []
      : [`it does not begin with "# Lab ${lab.number}: ..."`]),
    ...(new RegExp(`^Hours: ${lab.hours}$`, 'm').test(text) ? [] : [`it has no line "Hours: ${lab.hours}"`]),
    ...(found.join('\n') === headings.join('\n')
      ? []
      : [`its sections are ${found.join(' | ')}; they must be ${headings.join(' | ')}`]),
    ...(/!\[[^\]]+\]\(idea\.svg\)/.test(section('The idea')) ? [] : ['"The idea" does not show ![text](idea.svg)']),
    ...(/^1\. /m.test(section('Invariants')) ? [] : ['"Invariants" has no numbered list']),
    ...headings
      .filter((heading) => found.includes(heading) && section(heading).trim() === '')
      .map((heading) => `"${heading}" is empty`),
  ].map((what) => `README.md: ${what}`);
}

export function judgePicture(folder: string): string[] {
  if (!existsSync(join(folder, 'idea.svg'))) return [];
  const text = readFileSync(join(folder, 'idea.svg'), 'utf8');
  return ['title', 'desc']
    .filter((name) => !new RegExp(`<${name}\\b[^>]*>\\s*\\S`).test(text))
    .map((name) => `idea.svg has no <${name}>: those who do not see it read that`);
}

/** Title, messages and three hints for each check; and every value that a message asks for is one that the check gives. */
export function judgeTexts(lab: Lab, folder: string): string[] {
  const texts = parseTexts(readFileSync(join(folder, 'hints.md'), 'utf8'));
  const ids = new Set(lab.checks.map(({ id }) => id));
  return [
    ...[...texts.keys()].filter((id) => !ids.has(id)).map((id) => `hints.md: there is no check ${id}`),
    ...lab.checks.flatMap(({ id }) => judgeCheck(id, texts.get(id))),
    ...judgeValues(folder, texts),
  ];
}

function judgeCheck(id: string, texts: CheckTexts | undefined): string[] {
  if (!texts) return [`hints.md: nothing about check ${id}; it wants "## ${id} <title>"`];
  return [
    ...(texts.hints.length === 3
      ? []
      : [`hints.md: ${id} has ${texts.hints.length} hints; it wants 3: where, which idea, nearly the code`]),
    ...texts.hints.filter((hint) => hint === '').map(() => `hints.md: ${id} has an empty hint`),
    ...(texts.messages.size > 0 ? [] : [`hints.md: ${id} has no message`]),
  ];
}

/**
 * Looks through the sources of the checks for `fail('name', { a, b: 1 })`: a message may ask for what is given there. Where a
 * check gives values in another way (`...values`), this cannot tell, and it is left to the mistakes to run into.
 */
function judgeValues(folder: string, texts: ReadonlyMap<string, CheckTexts>): string[] {
  const sources = partsIn(folder)
    .filter((file) => !['starter.ts', 'solution.ts'].includes(basename(file)))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const shared = sharedMessages();
  const wrong: string[] = [];
  const every = new Map([...texts.values()].flatMap(({ messages }) => [...messages]));
  for (const [, name, values] of sources.matchAll(/\bworld\.fail\(\s*'([^']+)'\s*(?:,\s*\{([^{}]*)\})?/g)) {
    const message = every.get(name!) ?? shared.get(name!);
    if (!message) {
      wrong.push(`a check says '${name}', and hints.md has no such message`);
      continue;
    }
    if (values?.includes('...')) continue;
    const names = (values ?? '').split(',').map((entry) => entry.split(':')[0]!.trim());
    // Values with commas of their own (calls) may add names here; that does no harm.
    const missing = placeholdersOf(message).filter((wanted) => !given.includes(wanted) && !names.includes(wanted));
    // No braces after the name: a variable holds the values.
    if (missing.length > 0 && values !== undefined) {
      wrong.push(`message ${name} asks for {${missing.join('}, {')}}, and a check does not give it`);
    }
  }
  for (const { id, messages } of texts.values()) {
    for (const name of messages.keys()) {
      const isSaid = new RegExp(`['"\`]${name}['"\`]`).test(sources) || shared.has(name);
      if (!isSaid) wrong.push(`hints.md: nobody says message ${name} of ${id}`);
    }
  }
  return wrong;
}

/** What a student has: `kubelab`, and rxjs. */
export function judgeImports(folder: string): string[] {
  const parts = [
    ...['starter.ts', 'solution.ts'].map((name) => join(folder, name)),
    ...['right', 'mistakes'].flatMap((name) => partsIn(join(folder, name))),
  ].filter((file) => existsSync(file));
  return parts.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm)]
      .map(([, from]) => from!)
      .filter((from) => from !== 'kubelab' && from !== 'rxjs')
      .map((from) => `${basename(file)} imports ${from}; a student has 'kubelab' and 'rxjs'`),
  );
}

/** What the heads of starter and mistakes must say, before anything is run. */
export function judgeHeads(folder: string): string[] {
  const mistakes = partsIn(join(folder, 'mistakes'));
  return [
    ...(statedBy(join(folder, 'starter.ts')).size > 0 ? [] : ['starter.ts has no block "// Fails at first:"']),
    ...mistakes.flatMap((file) => {
      const { mistake, caughtBy, message } = headOf(file);
      return mistake && caughtBy && message
        ? []
        : [`mistakes/${basename(file)} wants "// Mistake: ..." and "// Caught by: 3.4 (surplus)" as its first lines`];
    }),
  ];
}
