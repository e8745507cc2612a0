// Judge: what the form of a lab demands of its files when they are run. Each function gives sentences about what is wrong,
// none when all is well. labs/form.spec.ts calls them; docs/writing-a-lab.md tells them to teachers.
//
//   starter     fails exactly the checks that it states
//   right       passes every check under every seed
//   mistake     is caught by the check that it names, with the message that it names, which says it all, twice the same

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { seedsOf } from './describe-lab.ts';
import { type Check, FailedCheck, type Finding, type Lab } from './lab.ts';
import { loadPart } from './load-part.ts';

/** Names of the TypeScript files in a folder; none where there is no folder. */
export function partsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The finding; undefined when the check passes. @throws whatever else the check throws: a mistake of the lab */
export async function findingOf(check: Check, file: string, seed: number): Promise<Finding | undefined> {
  const part = await loadPart(file);
  try {
    await check.run(part, seed);
    return undefined;
  } catch (error) {
    if (error instanceof FailedCheck) return error.finding;
    const why = error instanceof Error ? error.stack : String(error);
    throw new Error(`check ${check.id} (seed ${seed}) itself broke on ${basename(file)}: ${why}`, { cause: error });
  }
}

/** Checks that starter.ts says fail at first, with the reasons: lines `//   3.1  no pod is made`. */
export function statedBy(starter: string): Map<string, string> {
  const block = /^\/\/ Fails at first:\n((?:\/\/ +\S.*\n)+)/m.exec(readFileSync(starter, 'utf8'))?.[1] ?? '';
  const stated = new Map<string, string>();
  let last = '';
  for (const line of block.trimEnd().split('\n')) {
    const [, id, why] = /^\/\/ +(\d+\.\d+) +(.+)$/.exec(line) ?? [];
    if (id && why) stated.set(id, why);
    // A reason that goes on in the next line.
    else if (last) stated.set(last, `${stated.get(last)} ${line.replace(/^\/\/ +/, '')}`);
    last = id ?? last;
  }
  return stated;
}

/** What the file fails under these seeds, in words. */
export async function failures(
  lab: Lab,
  file: string,
  seeds: (check: Check) => readonly number[] = seedsOf,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const check of lab.checks) {
    for (const seed of seeds(check)) {
      const finding = await findingOf(check, file, seed);
      if (!finding) continue;
      wrong.push(`${basename(file)} fails ${told(finding)}`);
      break; // the first seed says enough
    }
  }
  return wrong;
}

/** @returns what is wrong with the starter */
export async function judgeStarter(lab: Lab, file: string): Promise<string[]> {
  const stated = statedBy(file);
  if (stated.size === 0) return ['starter.ts has no block "// Fails at first:" with lines "//   3.1  why"'];
  const wrong = [...stated.keys()]
    .filter((id) => lab.checks.every((check) => check.id !== id))
    .map((id) => `starter.ts says that ${id} fails, and there is no such check`);
  for (const check of lab.checks) {
    let finding: Finding | undefined;
    for (const seed of seedsOf(check)) {
      finding = await findingOf(check, file, seed);
      if (finding) break;
    }
    if (finding && !stated.has(check.id)) wrong.push(`starter.ts does not say that it fails ${told(finding)}`);
    if (!finding && stated.has(check.id)) wrong.push(`starter.ts says that ${check.id} fails, and it passes`);
  }
  return wrong;
}

/** What the head of a mistake says: which mistake it is, the check that is meant to catch it, and what that is to say. */
export function headOf(file: string): {
  readonly mistake?: string;
  readonly caughtBy?: string;
  readonly message?: string;
} {
  const text = readFileSync(file, 'utf8');
  const mistake = /^\/\/ Mistake: (.+)$/m.exec(text)?.[1];
  const [, caughtBy, message] = /^\/\/ Caught by: (\d+\.\d+) \(([\w-]+)\)$/m.exec(text) ?? [];
  return { ...(mistake && { mistake }), ...(caughtBy && { caughtBy }), ...(message && { message }) };
}

/** @returns what is wrong with how the mistake is caught */
export async function judgeMistake(lab: Lab, file: string): Promise<string[]> {
  const name = `mistakes/${basename(file)}`;
  const { mistake, caughtBy, message } = headOf(file);
  if (!mistake) return [`${name} does not begin with "// Mistake: ..."`];
  const check = lab.checks.find(({ id }) => id === caughtBy);
  if (!check)
    return [
      `${name} has no line "// Caught by: ${lab.number}.N (message)" that names a check of the lab and one of its messages`,
    ];
  for (const seed of seedsOf(check)) {
    const finding = await findingOf(check, file, seed);
    if (!finding) continue;
    const again = await findingOf(check, file, seed);
    return [
      // Red for another reason is luck: the student would read of something that they did not do wrong.
      ...(finding.message === message
        ? []
        : [`${name} is not caught by the message "${message}" but by ${told(finding)}`]),
      ...poor(finding, file).map((what) => `${name} is caught, but the message ${what}: ${told(finding)}`),
      ...(isDeepStrictEqual(finding, again)
        ? []
        : [
            `${name}: the same seed gives another finding the second time:\n${told(finding)}\n${again ? told(again) : 'it passes'}`,
          ]),
    ];
  }
  return [`${name} (${mistake}) is not caught by ${check.id} under its ${seedsOf(check).length} seeds`];
}

/** What a finding leaves unsaid. */
function poor({ message, happened, expected, why, look }: Finding, file: string): string[] {
  const wrong: string[] = [];
  // These tell an exception's own words, which may be "Cannot read properties of undefined".
  const isQuoted = ['threw', 'nonsense', 'changed-shared-object', 'did-not-start'].includes(message);
  for (const [name, text] of Object.entries({ happened, expected, why })) {
    if (text.trim() === '') wrong.push(`says nothing under ${name}`);
    const hole = isQuoted ? undefined : /\bundefined\b|\bNaN\b|\[object |\bnull\b|\{[a-z]+\}/i.exec(text)?.[0];
    if (hole) wrong.push(`says "${hole}" under ${name}`);
  }
  if (look && look.file !== basename(file)) wrong.push(`points at ${look.file}, which is not the student's file`);
  return wrong;
}

/** A finding as its report says it, for people who write labs. */
export const told = ({ check, seed, happened, expected, why, look, message }: Finding): string =>
  [
    `${check} (seed ${seed}, message ${message})`,
    `  Happened: ${happened}`,
    `  Expected: ${expected}`,
    `  Why:      ${why}`,
    ...(look ? [`  Look:     ${look.file}:${look.line}`] : []),
  ].join('\n');
