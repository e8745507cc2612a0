// Import file: a person's TypeScript file as a part of this very process. For what cannot run elsewhere: a store, which the
// API server stands on. Whoever imports a file so waits for it, and so does everything else in the process.
// Always true: `kubelab` in the file is what this process runs by, as in a process of its own; the hooks that see to it
// are there only once a file was asked for.

import nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { kubelabModules } from './core-files.ts';
import { beside, pluginTsconfig } from './places.ts';

let isHooked = false;
let loads = 0;

/** What the file exports, read afresh. @param file absolute path @throws whatever it throws, or what is wrong with its syntax */
export async function importFile(file: string): Promise<unknown> {
  await hook();
  loads += 1;
  const url = pathToFileURL(file);
  url.searchParams.set('load', String(loads));
  return import(url.href);
}

async function hook(): Promise<void> {
  if (isHooked) return;
  isHooked = true;
  process.setSourceMapsEnabled(true); // so that lines in messages are those of the file
  const { register } = await import('tsx/esm/api');
  const tsconfig = pluginTsconfig();
  register(tsconfig === undefined ? {} : { tsconfig });
  nodeModule.register(beside('resolve-hooks'), { data: kubelabModules() });
}
