// Progress: how far the labs are, in words and numbers, and what comes next.

import type { Lab } from '../kit/lab.ts';
import { hash } from './folder.ts';
import { textOf } from './readme.ts';
import type { Student } from './student.ts';

export type Standing = 'not started' | 'started' | 'done';

export interface LabStanding {
  readonly number: number;
  readonly name: string;
  readonly hours: number;
  readonly standing: Standing;
  /** Checks that passed last time, and how many there are. */
  readonly passed: number;
  readonly checks: number;
  readonly gaveUp: boolean;
  /** Hints taken, each level counted. */
  readonly hints: number;
  /** Where the student's file is, if it is. */
  readonly file?: string;
}

export function standingOf(student: Student, lab: Lab): LabStanding {
  const { passed, done, gaveUp, hints } = student.progress(lab);
  const there = student.place.has(lab);
  return {
    number: lab.number,
    name: lab.name,
    hours: lab.hours,
    standing: done ? 'done' : there ? 'started' : 'not started',
    passed: lab.checks.filter(({ id }) => passed.includes(id)).length,
    checks: lab.checks.length,
    gaveUp: gaveUp === true,
    hints: Object.values(hints).reduce((sum, level) => sum + level, 0),
    ...(there && { file: student.place.fileOf(lab) }),
  };
}

/** `done`, `3 of 7 checks`, `not started`. */
export function inWords({ standing, passed, checks, gaveUp }: LabStanding): string {
  const seen = gaveUp ? ', solution seen' : '';
  if (standing === 'done') return passed < checks ? `done (now ${passed} of ${checks} checks)${seen}` : `done${seen}`;
  if (standing === 'not started' && passed === 0) return `not started${seen}`;
  return `${passed} of ${checks} checks${seen}`;
}

/** The lab to do after this one: the next that is not done, from the beginning again after the last. */
export function nextLab(student: Student, labs: readonly Lab[], after: Lab): Lab | undefined {
  const at = labs.indexOf(after) + 1;
  return [...labs.slice(at), ...labs.slice(0, at)].find((lab) => lab !== after && !student.progress(lab).done);
}

/** Whether what was found at the last check is still about the text in the file. */
export function isChecked(student: Student, lab: Lab): boolean {
  const { checked } = student.progress(lab);
  return checked !== undefined && checked === student.place.textOf(lab);
}

/** The file is as `start` gave it. */
export function isUntouched(student: Student, clone: string, lab: Lab): boolean {
  return student.place.textOf(lab) === hash(textOf(clone, lab, 'starter.ts'));
}
