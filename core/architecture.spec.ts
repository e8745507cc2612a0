// The architecture, held by tests: which way imports point, what runs in a browser, where time and chance come from.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { standardPlugins } from '../plugins/standard.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Files that may use the machine's timers and chance, and why. Folders end with '/'. */
const edges: Readonly<Record<string, string>> = {
  'core/time/': 'where time and chance come from',
  'labs/bench/': 'benchmarks measure the machine’s time',
  'labs/runner/check-child.ts': 'beats for the watchdog',
  'labs/runner/check-guards.ts': 'names what it refuses to a student’s file',
  'labs/runner/check-process.ts': 'waits for a process of the machine',
  'labs/runner/check-trial.ts': 'limits what a student’s file may take of the machine’s time',
  'labs/runner/file-watcher.ts': 'a person saves a file in the machine’s time',
  'plugins/runtime-process/images/':
    'programs that containers run: they are not part of Kubelab, they have the machine’s time',
  'plugins/runtime-process/preload/': 'runs inside the containers’ programs',
  'plugins/cli/bin/': 'plain scripts that run before anything is installed',
  'plugins/cli/commands/down.ts': 'waits for another process to end',
  'plugins/cli/ending.ts': 'must end whatever the cluster’s clock does',
  'plugins/cli/e2e/': 'watches a real cluster from outside',
  'plugins/cli/host/': 'waits for processes and files of the machine; the watchdog measures real time',
};

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(name);
    return /\.(ts|mjs|cjs)$/.test(entry.name) ? [name] : [];
  });
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const isTest = (file: string) => /(\.(spec|fixture)|\/test-[^/]+)\.ts$/.test(file);

/** What a file imports: paths from the root for our own, names for packages. Types count too. */
function imports(file: string): string[] {
  const code = read(file).replace(/^\s*\/\/.*$/gm, '');
  const found = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return found.map((name) => (name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name));
}

const all = ['core', 'plugins', 'labs'].flatMap(sources);
const offences = (files: readonly string[], wrong: (file: string, imported: string) => boolean) =>
  files.flatMap((file) =>
    imports(file)
      .filter((imported) => wrong(file, imported))
      .map((imported) => `${file} imports ${imported}`),
  );

describe('architecture', () => {
  const product = all.filter((file) => !isTest(file));

  it('core imports only itself and packages, never a module of Node.js', () => {
    const core = product.filter((file) => file.startsWith('core/'));
    expect(offences(core, (_, to) => /^(plugins|labs)\/|^node:/.test(to))).to.deep.equal([]);
  });

  it('plugins know core, not labs', () => {
    const plugins = product.filter((file) => file.startsWith('plugins/'));
    expect(offences(plugins, (_, to) => to.startsWith('labs/'))).to.deep.equal([]);
  });

  it('no plugin imports another one’s inside; who composes plugins names them by plugin.ts', () => {
    const plugins = product.filter((file) => file.startsWith('plugins/'));
    const wrong = (file: string, to: string) => {
      if (!to.startsWith('plugins/')) return false;
      const [, from] = file.split('/');
      const [, other] = to.split('/');
      if (from === other) return false;
      const composes = from === 'cli' || from === 'standard.ts';
      return !(composes && (to.endsWith('/plugin.ts') || to === 'plugins/standard.ts'));
    };
    expect(offences(plugins, wrong)).to.deep.equal([]);
  });

  it('time and chance come from core/time, but for named edges', () => {
    const forbidden = /\b(Date\.now|setTimeout|setInterval|Math\.random|randomUUID)\b|new Date\(\)/;
    const wrong = product
      .filter(
        (file) => !Object.keys(edges).some((edge) => file === edge || (edge.endsWith('/') && file.startsWith(edge))),
      )
      .filter((file) => forbidden.test(read(file).replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '')));
    expect(wrong).to.deep.equal([]);
  });

  it('core and the plugins that say so bundle for a browser', async function () {
    this.timeout(60_000);
    const safe = standardPlugins.filter(({ definition }) => definition.browserSafe === true);
    const entries = ['core/index.ts', ...safe.map(({ definition }) => `plugins/${definition.name}/plugin.ts`)];
    const { errors } = await build({
      absWorkingDir: root,
      entryPoints: entries,
      outdir: 'nowhere',
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    });
    expect(errors).to.deep.equal([]);
    expect(entries).to.include('plugins/store-memory/plugin.ts');
  });
});
