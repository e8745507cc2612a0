// Load part: imports a student's file, so that `kubelab` in it is what this process runs by: a token is the same symbol in
// the check, in the cluster and in the part. Works from the sources (mocha, tsx) and from the bundle in dist/.
//
//   const part = await loadPart('/home/ann/labs/replication.ts');
// Always true: the file is read afresh each time. @throws whatever the file throws, or what is wrong with its syntax.

import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { coreFiles } from '../../plugins/cli/host/core-files.ts';
import { beside } from '../../plugins/cli/host/places.ts';
import type { StudentPart } from './lab.ts';

/** Set where this file was loaded by require(), as mocha does with specs: then everything else was, too. */
declare const module: { readonly exports: unknown } | undefined;
const isRequired = typeof module === 'object' && import.meta.url.endsWith('.ts');

/** @param file absolute path */
export async function loadPart(file: string): Promise<StudentPart> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const exported = isRequired ? required(file) : await imported(file);
  const { default: part, ...others } = exported as { default?: unknown };
  return { file, exported: part, others: Object.keys(others) };
}

/** In the clone, tsconfig.json says where `kubelab` is. */
function required(file: string): unknown {
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve(file)];
  return require(file);
}

let hooked = false;
let loads = 0;

async function imported(file: string): Promise<unknown> {
  if (!hooked) {
    hooked = true;
    nodeModule.register(beside('resolve-hooks'), { data: modules() });
  }
  loads += 1;
  const url = pathToFileURL(file);
  url.searchParams.set('load', String(loads));
  return import(url.href);
}

/** Where `kubelab` is. In the sources, files of core are what they are: only of the bundle they are told to be parts. */
function modules(): Readonly<Record<string, string>> {
  const [core, testing] = [beside('core'), beside('testing')];
  const names = { kubelab: core, 'kubelab/testing': testing };
  if (core.endsWith('.ts')) return names;
  return {
    ...coreFiles(new URL('../core/testing/index.ts', testing), testing),
    ...coreFiles(new URL('../core/index.ts', core), core),
    ...names,
  };
}
