// `kubelab lab`: goes on where you were: which lab, how far it is, what to do next; at a terminal it offers watch mode.

import { createInterface } from 'node:readline/promises';
import { type Here, isPlain, here as real } from '../here.ts';
import { checkTitle, firstFailing } from '../hints.ts';
import { inWords, isChecked, standingOf } from '../progress.ts';
import { titleOf } from '../readme.ts';
import { Student } from '../student.ts';
import { listText } from './list.ts';
import { watch, whatNext } from './watch.ts';

export interface GoOnOptions {
  readonly plain?: boolean;
}

export async function goOn(options: GoOnOptions, here?: Here): Promise<void> {
  here ??= await real();
  const plain = isPlain(options, here);
  const student = new Student(here);
  const lab = student.current;
  if (!lab) {
    here.out(`Build parts of Kubernetes yourself, and be told at once whether they are right.\n\n`);
    here.out(listText(student, here, plain));
    here.out(`\nBegin with:  npx kubelab lab start ${here.labs[0]?.name}\n`);
    return;
  }
  const { place } = student;
  here.out(`Lab ${lab.number}: ${titleOf(here.clone, lab)}: ${inWords(standingOf(student, lab))}\n`);
  here.out(`File:    ${place.exists ? student.fileOf(lab) : student.folder.path}\n`);
  const first = firstFailing(student, lab);
  if (first === undefined) return here.out(`\n${whatNext(student, lab, here)}`);
  if (isChecked(student, lab)) here.out(`To do:   ${first} ${checkTitle(here.clone, lab, first)}\n`);
  here.out(`
Next:    npx kubelab lab watch    checks it whenever you save it
         npx kubelab lab check    checks it once
         npx kubelab lab hint     where to look
         npx kubelab lab read     what it is about
         npx kubelab lab list     all labs
`);
  if (here.isTerminal && process.stdin.isTTY && (await agrees('\nWatch it now? Enter: yes, anything else: no '))) {
    await watch(lab.name, options, here);
  }
}

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D are a no.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('no')));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return /^\s*(y|yes)?\s*$/i.test(answer);
}
