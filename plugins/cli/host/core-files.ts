// Core files: which of the clone's own source files are part of what `kubelab` gives. A copy of a plugin in the clone's
// plugins/ folder imports them one by one (`../../core/contracts/scheduler.ts`); they must be the modules that run, not a
// second instance of them: a token of a second instance is another symbol.
// Files that the index does not give are loaded as they are; what they import is found by the same rule.

import { existsSync, readFileSync } from 'node:fs';
import { beside } from './places.ts';

/** Where imports lead that name Kubelab: to the modules that this process runs by. For resolve-hooks.ts. */
export function kubelabModules(): Readonly<Record<string, string>> {
  const [core, testing] = [beside('core'), beside('testing')];
  return {
    ...coreFiles(new URL('../core/testing/index.ts', testing), testing),
    ...coreFiles(new URL('../core/index.ts', core), core),
    kubelab: core,
    'kubelab/testing': testing,
  };
}

/** URL of a source file -> URL of the built module that stands for it. Nothing where there are no sources. */
export function coreFiles(index: URL, built: string): Record<string, string> {
  return Object.fromEntries(filesOf(index).map((file) => [file, built]));
}

/** The index, and all that it gives the whole of, at first or second hand. */
function filesOf(index: URL): string[] {
  if (!existsSync(index)) return [];
  const given = readFileSync(index, 'utf8').matchAll(/^export \* from '(\..*)';$/gm);
  return [index.href, ...[...given].flatMap(([, file]) => filesOf(new URL(file!, index)))];
}
