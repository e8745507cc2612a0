// npm run bench: bundles the benchmarks as build.mjs bundles the product, runs them, and takes the bundle away again.
//
// Why not tsx, with which tests run: it keeps every function's name by a call for each function that is made, which
// costs code that makes closures up to half its speed; users run the bundle. It lies two folders below the root, as the
// sources do: code that looks for files beside itself (the kubelab command, for one) finds them there.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isStale } from '../../plugins/cli/bin/build.mjs';
import { setUp } from '../../plugins/cli/bin/setup.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

setUp();
// What the start-up figures start.
if (isStale()) await build();
mkdirSync(path.join(root, 'dist'), { recursive: true });
const folder = mkdtempSync(path.join(root, 'dist', 'bench-'));
try {
  const bundle = await bundleInto(path.join(folder, 'labs'));
  process.exitCode = await run([bundle, ...process.argv.slice(2)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bundleInto(outdir) {
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      run: 'labs/bench/run.ts',
      'https-load': 'labs/bench/https-load.ts',
      'ledger-writer': 'plugins/store-lmdb/ledger-writer.mjs',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    external: ['@kubernetes/client-node', 'esbuild', 'tsx', 'tsx/*', 'mocha', 'chai', 'fast-check'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return path.join(outdir, 'run.js');
}

/** Ctrl-C goes to both; we outlive the child to take the bundle away. */
function run(args) {
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
