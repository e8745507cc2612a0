// Places: where the host's modules are: beside each other in dist/ when built, in the sources when they are run as they are.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const isBuilt = !import.meta.url.endsWith('.ts');

const sources = {
  'plugin-host': './plugin-host.ts',
  'resolve-hooks': './resolve-hooks.ts',
  watchdog: './watchdog.ts',
  core: '../../../core/index.ts',
  testing: '../../../core/testing/index.ts',
} as const;

/** URL of the module. */
export const beside = (name: keyof typeof sources): string =>
  new URL(isBuilt ? `./${name}.js` : sources[name], import.meta.url).href;

/** The program that runs plugin files. */
export const hostProgram = (): string => fileURLToPath(beside('plugin-host'));

/** tsx's loader: it compiles TypeScript as it is imported. */
// Not import.meta.resolve: where mocha loads specs by require(), there is none.
export const tsxLoader = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** The compiler's options for files that no tsconfig.json speaks for: decorators as Kubelab's own sources have them. */
export function pluginTsconfig(): string | undefined {
  const file = fileURLToPath(new URL('./plugin.tsconfig.json', import.meta.url));
  return existsSync(file) ? file : undefined;
}

/** The watchdog as a script for a worker. Sources need tsx there too, which does not reach into workers by itself. */
export const watchdogSource = (): string =>
  isBuilt
    ? `import(${JSON.stringify(beside('watchdog'))})`
    : `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => { register(); return import(${JSON.stringify(beside('watchdog'))}); })`;
