// Places: where the harness' files are: built, its programs are in dist/ beside each other; as sources, here.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

const isBuilt = !import.meta.url.endsWith('.ts');
const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Kubelab's own workloads; read where they are, also when the rest is built. */
export const workloadFolder = (): string => path.resolve(here(isBuilt ? '../labs/bench/workloads' : '../workloads'));

/** The program of a run. */
export const trialProgram = (): string => here(isBuilt ? './trial-child.js' : './trial-child.ts');

/** The program that is the API server of the level `https`. */
export const serverProgram = (): string => here(isBuilt ? './trial-server.js' : './trial-server.ts');

/** The servers and clients of proxies' workloads: plain JavaScript, read where it is. */
export const farEndProgram = (): string =>
  path.resolve(here(isBuilt ? '../labs/bench/compare/subjects/proxies/far-end.mjs' : './subjects/proxies/far-end.mjs'));
