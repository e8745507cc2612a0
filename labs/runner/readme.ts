// README: what the commands take out of a lab's README.md: its title, and what there is to try on a live cluster.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import type { Lab } from '../kit/lab.ts';
import { labFolder } from './which-lab.ts';

/** A file of the lab, as it is in this Kubelab. @throws EnvironmentError */
export function textOf(clone: string, lab: Lab, name: string): string {
  const file = path.join(labFolder(clone, lab), name);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new EnvironmentError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/** `# Lab 3: A replication controller` -> `A replication controller`. */
export function titleOf(clone: string, lab: Lab): string {
  const [, title] = /^# (?:Lab \d+: *)?(.+)$/m.exec(textOf(clone, lab, 'README.md')) ?? [];
  return title?.trim() ?? lab.name;
}

/** The commands of the first block under `## Try it`; empty when there is none. */
export function tryIt(clone: string, lab: Lab): string[] {
  const [, section = ''] = /^## Try it\s*$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(textOf(clone, lab, 'README.md')) ?? [];
  const [, block = ''] = /^```\w*\n([\s\S]*?)^```/m.exec(section) ?? [];
  return block.split('\n').filter((line) => line.trim() !== '');
}
