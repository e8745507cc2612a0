// A program of this folder, built to run in a process of its own: it starts in a fraction of the time that its source takes.
//   const program = await buildProgram('writer');      writer.fixture.ts, with the thread that writes beside it
//   program.start(['/tmp/data']);                      a process; its output can be read
//   program.remove();

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Program {
  /** For data of the test; it goes with the program. */
  readonly folder: string;
  readonly file: string;
  start(args: readonly string[]): ChildProcessByStdio<null, Readable, null>;
  remove(): void;
}

/** @param name of the file, without `.fixture.ts` */
export async function buildProgram(name: string): Promise<Program> {
  // In the project, so that the program finds the package `lmdb`.
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(path.join(root, 'dist', `${name}-`));
  await build({
    absWorkingDir: root,
    entryPoints: {
      [name]: `plugins/store-lmdb/${name}.fixture.ts`,
      'ledger-writer': 'plugins/store-lmdb/ledger-writer.mjs',
    },
    outdir: path.join(folder, 'program'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
  });
  const file = path.join(folder, 'program', `${name}.js`);
  return {
    folder,
    file,
    start: (args) => spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
