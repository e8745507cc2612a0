// Build: bundles the sources into dist/ with esbuild, in about a second, when they are newer than what is there.
//   dist/cli.js            the command
//   dist/core.js           what `import ... from 'kubelab'` gives
//   dist/testing.js        what `import ... from 'kubelab/testing'` gives
//   dist/lab.js            the command's labs; dist/check-child.js the process in which a student's file is checked;
//   dist/visit-child.js    the process that holds the cluster of a visit
//   dist/bench.js          the command's benchmarks; dist/trial-child.js the process of one run; dist/trial-server.js the API
//   dist/plugin-host.js    the process in which a plugin given by path runs; dist/watchdog.js its watchdog
//   dist/preload/, dist/images/   programs that containers run: they are started as files, so they are copied as files
// Code splitting keeps one instance of every module: a token is the same symbol in the command and in a student's file.

import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');

/** Whether a source has changed since the last build. */
export function isStale() {
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const inputs = ['package.json', 'package-lock.json', 'tsconfig.json'].map((name) => path.join(root, name));
  return (
    inputs.some((file) => statSync(file).mtimeMs > built) ||
    ['core', 'plugins', 'labs/kit', 'labs/runner', 'labs/bench'].some((folder) =>
      isNewer(path.join(root, folder), built),
    ) ||
    isLabNewer(path.join(root, 'labs'), built)
  );
}

/** Of a lab, its checks are bundled; its texts, starter and solutions are read where they are. */
function isLabNewer(labs, built) {
  if (statSync(labs).mtimeMs > built || statSync(path.join(labs, 'index.ts')).mtimeMs > built) return true;
  const folders = readdirSync(labs).filter((name) => /^\d\d-/.test(name));
  const files = folders.flatMap((name) =>
    readdirSync(path.join(labs, name)).map((file) => path.join(labs, name, file)),
  );
  const bundled = files.filter((file) => file.endsWith('.ts') && !/[\\/](starter|solution)\.ts$/.test(file));
  return bundled.some((file) => statSync(file).mtimeMs > built);
}

function isNewer(folder, built) {
  if (statSync(folder).mtimeMs > built) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return isNewer(name, built);
    return !/\.(spec\.ts|yaml|html)$/.test(entry.name) && statSync(name).mtimeMs > built;
  });
}

export async function build() {
  const { build: bundle, stop } = await import('esbuild');
  const started = Date.now();
  mkdirSync(dist, { recursive: true });
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: {
      cli: 'plugins/cli/main.ts',
      core: 'core/index.ts',
      testing: 'core/testing/index.ts',
      'plugin-host': 'plugins/cli/host/plugin-host.ts',
      'resolve-hooks': 'plugins/cli/host/resolve-hooks.ts',
      watchdog: 'plugins/cli/host/watchdog.ts',
      lab: 'labs/runner/main.ts',
      'check-child': 'labs/runner/check-child.ts',
      'visit-child': 'labs/runner/visit/visit-child.ts',
      bench: 'labs/bench/compare/main.ts',
      'trial-child': 'labs/bench/compare/trial-child.ts',
      'trial-server': 'labs/bench/compare/trial-server.ts',
      'ledger-writer': 'plugins/store-lmdb/ledger-writer.mjs',
    },
    outdir: dist,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // The module form of a package first: an import() of the other form would give its names under `default` only.
    mainFields: ['module', 'main'],
    sourcemap: true,
    logLevel: 'warning',
    external: ['@kubernetes/client-node', 'esbuild', 'tsx', 'tsx/*', 'mocha', 'chai', 'fast-check'],
    // Beside the entry points: code that looks for files beside itself finds them there, whichever chunk it is in.
    chunkNames: 'chunk-[hash]',
    // Packages that were written for require() ask for it inside a module.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  // esbuild works in a process of its own, which would stay for as long as the cluster does.
  await stop();
  // A cluster that runs may still load a chunk of the build before: chunks are written beside the old ones (their names
  // tell what is in them), entry points last, each in one step, and old ones go after a day.
  const written = outputFiles.sort((a, b) => Number(b.path.includes('chunk-')) - Number(a.path.includes('chunk-')));
  for (const { path: name, contents } of written) {
    const fresh = `${name}.${process.pid}.new`; // another terminal may be building too
    writeFileSync(fresh, contents);
    renameSync(fresh, name);
  }
  removeOld(new Set(written.map((file) => path.basename(file.path))), started);
  for (const folder of ['preload', 'images']) {
    const from = path.join(root, 'plugins', 'runtime-process', folder);
    if (existsSync(from)) {
      cpSync(from, path.join(dist, folder), { recursive: true, filter: (name) => !name.endsWith('.spec.ts') });
    }
  }
  cpSync(path.join(root, 'plugins/cli/host/plugin.tsconfig.json'), path.join(dist, 'plugin.tsconfig.json'));
  writeFileSync(stamp, '');
  return Date.now() - started;
}

function removeOld(kept, now) {
  for (const name of readdirSync(dist)) {
    const file = path.join(dist, name);
    if (name.startsWith('chunk-') && !kept.has(name) && statSync(file).mtimeMs < now - 86_400_000)
      rmSync(file, { force: true });
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const { setUp } = await import('./setup.mjs');
  setUp();
  console.error(`built in ${await build()} ms`);
}
