#!/usr/bin/env node
// The kubelab command. Sets the clone up and builds it when that is due, then runs what was built.
// Plain JavaScript without dependencies: it runs before anything is installed.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, isStale } from './build.mjs';
import { setUp } from './setup.mjs';

const bundle = new URL('../../../dist/cli.js', import.meta.url);
// A copy that was installed as a dependency comes built, and has no sources to build from.
const sources = existsSync(fileURLToPath(new URL('../main.ts', import.meta.url)));

try {
  if (sources) {
    setUp();
    if (isStale()) await build();
  }
} catch (error) {
  console.error(`kubelab could not be built: ${error instanceof Error ? error.message : error}`);
  process.exit(3);
}
performance.mark('kubelab: the command begins'); // what came before was setting up and building
await import(bundle.href);
