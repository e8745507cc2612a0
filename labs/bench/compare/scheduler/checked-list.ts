// Checked list: core's checked YAML for a file that is a list, as scheduler_perf's are, not one map.

import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { LineCounter, parseDocument } from 'yaml';
import { isRecord, problemsIn, strict } from '../../../../core/cluster/checked-yaml.ts';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import { type Locate, locator, type YamlPath } from '../../../../core/cluster/yaml-lines.ts';

/** @param name of the file, for messages. @throws ConfigurationError where it is no YAML */
export function readList(text: string, name: string): { readonly plain: unknown; readonly at: Locate } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map(({ pos, message }) => `${name}:${counter.linePos(pos[0]).line}: ${message.split('\n')[0]}`),
    );
  }
  try {
    return { plain: document.toJS(), at: locator(document, counter, name) };
  } catch (error) {
    // Aliases by the thousand, for one.
    throw new ConfigurationError(`${name}:1: cannot be read: ${(error as Error).message}`);
  }
}

/** What breaks the class' rules, a line each. @param what a name for the whole, for messages */
export function wrongIn(type: new () => object, plain: unknown, path: YamlPath, at: Locate, what: string): string[] {
  if (!isRecord(plain)) return [`${at(path)}: ${what} must be a map; found ${JSON.stringify(plain)}`];
  try {
    const errors = validateSync(plainToInstance(type, plain), strict);
    const problems = problemsIn(errors, (rest) => at([...path, ...rest]), what);
    return problems.map((text) => (text.includes(what) ? text : text.replace(/^(\S+): /, `$1: ${what}: `)));
  } catch (error) {
    return [`${at(path)}: ${what} cannot be read: ${(error as Error).message}`];
  }
}
