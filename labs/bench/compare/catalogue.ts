// Catalogue: which workloads there are, and which of them somebody means.
//   SchedulingBasic                           its first size, a small one
//   SchedulingBasic/5000Nodes_10000Pods       that size; NodeAffinity for SchedulingNodeAffinity is understood
//   SchedulingBasic/performance               the sizes that have that label; `all`: every one
//   schedulers, schedulers/performance        all of a subject
//   mine.yaml, ./workloads/mine.yaml          all of a file
// Several, separated by commas.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { nearest } from '../../../core/cluster/nearest.ts';
import { type SubjectEntry, subjects } from './subjects/index.ts';
import type { Size, Trial } from './trial.ts';

/** Every workload that comes with Kubelab. */
export async function allTrials(size: Size = {}): Promise<readonly Trial[]> {
  return (await Promise.all(subjects.map((entry) => entry.trials(size)))).flat();
}

/** @throws ConfigurationError that names what is near, or all that is wrong with a file */
export async function findTrials(names: string, size: Size = {}): Promise<readonly Trial[]> {
  const found: Trial[] = [];
  const problems: string[] = [];
  for (const name of names.split(',').map((part) => part.trim())) {
    try {
      found.push(...(await trialsNamed(name, size)));
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return found.filter((trial, at) => found.findIndex(({ name }) => name === trial.name) === at);
}

async function trialsNamed(name: string, size: Size): Promise<readonly Trial[]> {
  if (/\.ya?ml$/.test(name)) {
    const file = path.resolve(name);
    if (!existsSync(file)) throw new ConfigurationError(`there is no file ${name}`);
    return (await import('./subjects/schedulers.ts')).trialsOfFile(file, size);
  }
  const slash = name.indexOf('/');
  const [group, which] = slash < 0 ? [name, undefined] : [name.slice(0, slash), name.slice(slash + 1)];
  const subject = subjects.find((entry) => pluralOf(entry) === group || entry.subject === group);
  if (subject) {
    const trials = await subject.trials(size);
    return [...new Set(trials.map(groupOf))].flatMap((one) => pick(trials, one, which, subject ? 'some' : 'one'));
  }
  const trials = await allTrials(size);
  const groups = [...new Set(trials.map(groupOf))];
  const known = groups.find((one) => one === group) ?? groups.find((one) => short(one) === short(group));
  if (known !== undefined) return pick(trials, known, which, 'one');
  const words = [...groups, ...groups.map(short), ...subjects.map(pluralOf)];
  throw new ConfigurationError(
    `there is no workload ${group}${nearest(group, words)}; kubelab bench list shows them all`,
  );
}

/** @param wanted `some`: nothing will do, where a subject is asked for by a label that not all of its workloads have */
function pick(
  trials: readonly Trial[],
  group: string,
  which: string | undefined,
  wanted: 'one' | 'some',
): readonly Trial[] {
  const sizes = trials.filter((trial) => groupOf(trial) === group);
  if (which === undefined) return sizes.slice(0, 1);
  if (which === 'all') return sizes;
  const bySize = sizes.filter((trial) => sizeOf(trial) === which || trial.name.startsWith(`${group}/${which} (`));
  const chosen = bySize.length > 0 ? bySize : sizes.filter(({ labels }) => labels.includes(which));
  if (chosen.length > 0 || wanted === 'some') return chosen;
  const known = [...sizes.map(sizeOf), ...sizes.flatMap(({ labels }) => labels)];
  throw new ConfigurationError(
    `workload ${group} has no size ${which}${nearest(which, known)}; it has: ${sizes.map(sizeOf).join(', ')}, or a label: ${[...new Set(sizes.flatMap(({ labels }) => labels))].join(', ')}, all`,
  );
}

export const pluralOf = ({ subject }: Pick<SubjectEntry, 'subject'>): string =>
  subject === 'proxy' ? 'proxies' : `${subject}s`;
const groupOf = ({ name }: Trial): string => name.slice(0, name.indexOf('/'));
const sizeOf = ({ name }: Trial): string => name.slice(name.indexOf('/') + 1);
const short = (group: string): string => group.replace(/^Scheduling(With)?/, '').toLowerCase();
