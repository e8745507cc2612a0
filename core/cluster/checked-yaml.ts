// Checked YAML: what every file of ours goes through: the text is read, its map is turned into a class, the class's rules
// are asked, and whatever is wrong is named with its line: `cluster.yaml:5: spec.nodes must be ...`.
//   const { plain, at } = readYaml(text, 'cluster.yaml', 'a cluster');
//   problemsIn(validateSync(file, strict), at, 'a cluster file')
// Always true: a message says file, line, field, what was wanted and what was found; a word that there is not names its nearest.

import type { ValidationError, ValidatorOptions } from 'class-validator';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigurationError } from './configuration-error.ts';
import { nearest } from './nearest.ts';
import { fieldNames, problemsOf } from './options.ts';
import { type Locate, locator, type YamlPath } from './yaml-lines.ts';

/** How class-validator is asked: a field that no class knows is a mistake. */
export const strict: ValidatorOptions = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

export interface YamlFile {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly at: Locate;
}

/**
 * Reads a file that holds one map with apiVersion, kind and spec.
 * @param name of the file, for messages
 * @param what it is: `a cluster`
 * @throws ConfigurationError
 */
export function readYaml(text: string, name: string, what: string): YamlFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ pos, message }) => `${name}:${counter.linePos(pos[0]).line}: ${message.split('\n')[0]}`,
    );
    throw new ConfigurationError(problems);
  }
  return { plain: mapOf(() => document.toJS(), name, what), at: locator(document, counter, name) };
}

/** What `read` gives, which must be a map. Libraries throw for what no file needs: aliases by the thousand, a key `constructor`. */
export function mapOf<T>(read: () => T, name: string, what: string): T & Record<string, unknown> {
  let value: T;
  try {
    value = read();
  } catch (error) {
    throw new ConfigurationError(`${name}:1: cannot be read as ${what}: ${(error as Error).message}`);
  }
  if (isRecord(value)) return value as T & Record<string, unknown>;
  throw new ConfigurationError(
    `${name}:1: wanted a map with apiVersion, kind and spec; found ${JSON.stringify(value)}`,
  );
}

/** A field that is ours and not the file's: where a plugin was listed. */
const ours = 'listedAt';

/**
 * class-validator's errors, each with its line.
 * @param file what it is: `a cluster file`
 * @param path where in the file the checked object is
 */
export function problemsIn(
  errors: readonly ValidationError[],
  at: Locate,
  file: string,
  path: YamlPath = [],
): string[] {
  return errors.flatMap((error) => {
    if (error.property === ours) return [];
    const here = [...path, error.property];
    const own = error.constraints?.whitelistValidation
      ? [unknownField(error, path, file)]
      : problemsOf([plainer(error)], path.join('.'));
    // What is not a list has no entries to look at.
    const children = error.constraints?.isArray ? [] : (error.children ?? []);
    return [...own.map((text) => `${at(here)}: ${text}`), ...problemsIn(children, at, file, here)];
  });
}

/** Of several rules that one value breaks, the one that says what was wanted; without what lies below. */
function plainer(error: ValidationError): ValidationError {
  const { isArray, nestedValidation, ...others } = error.constraints ?? {};
  const constraints = isArray ? { isArray } : nestedValidation ? { isMap: 'must be a map' } : others;
  return Object.assign(Object.create(null), error, { constraints, children: [] });
}

function unknownField({ property, target }: ValidationError, path: YamlPath, file: string): string {
  const known = fieldNames(target?.constructor as new () => object).filter((name) => name !== ours);
  const where = path.length === 0 ? file : path.join('.');
  return `${where} has no field ${property}${nearest(property, known)}; its fields are: ${known.join(', ')}`;
}

/** A plugin's short form spelled out, with its line: `scheduler: round-robin`. */
export function choiceAt(value: unknown, at: Locate, path: YamlPath): unknown {
  if (typeof value === 'string') return { plugin: value, listedAt: at(path) };
  return isRecord(value) ? { ...value, listedAt: at(path) } : value;
}

export const entriesOf = (map: unknown): [string, unknown][] => (isRecord(map) ? Object.entries(map) : []);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
