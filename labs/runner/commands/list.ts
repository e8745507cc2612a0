// `kubelab lab list`: all labs, with hours and how far they are.

import pc from 'picocolors';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { columns } from '../../../plugins/cli/text.ts';
import { type Here, isPlain, here as real } from '../here.ts';
import { inWords, standingOf } from '../progress.ts';
import { titleOf } from '../readme.ts';
import { Student } from '../student.ts';

export interface ListOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
}

export async function list(options: ListOptions, here?: Here): Promise<void> {
  here ??= await real();
  const json = wantsJson('list', options);
  const student = new Student(here);
  const { clone } = here;
  const labs = here.labs.map((lab) => ({
    ...standingOf(student, lab),
    title: titleOf(clone, lab),
    current: lab === student.current,
  }));
  if (json) {
    const folder = student.place.exists ? student.place.path : undefined;
    here.out(`${JSON.stringify({ folder, current: student.current?.name, labs }, null, 2)}\n`);
    return;
  }
  here.out(listText(student, here, isPlain(options, here)));
}

/** A table of all labs. */
export function listText(student: Student, here: Here, plain: boolean): string {
  const standings = here.labs.map((lab) => standingOf(student, lab));
  const rows = here.labs.map((lab, at) => [
    String(lab.number),
    lab.name,
    `${lab.hours} h`,
    inWords(standings[at]!) + (lab === student.current ? ', you are here' : ''),
    titleOf(here.clone, lab),
  ]);
  const lines = columns(['LAB', 'NAME', 'TIME', 'PROGRESS', 'WHAT YOU BUILD'], rows).split('\n');
  if (plain) return lines.join('\n');
  const coloured = lines.map((line, at) => {
    if (standings[at - 1]?.standing === 'done') return pc.green(line);
    return here.labs[at - 1] !== undefined && here.labs[at - 1] === student.current ? pc.bold(line) : line;
  });
  return coloured.join('\n');
}

/** `--json` and `-o json` are the same. @throws ConfigurationError of another format */
export function wantsJson(command: string, options: { readonly output?: string; readonly json?: boolean }): boolean {
  if (options.output === undefined || options.output === 'json')
    return options.json === true || options.output === 'json';
  throw new ConfigurationError(`-o ${options.output}: the only output format of kubelab lab ${command} is json`);
}
