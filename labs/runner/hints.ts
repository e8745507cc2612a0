// Hints: three levels for each check: where to look, which idea, nearly the code. Which one comes next is remembered.

import type { Lab } from '../kit/lab.ts';
import { parseTexts } from '../kit/texts.ts';
import { textOf } from './readme.ts';
import type { Student } from './student.ts';

const kinds = ['where to look', 'which idea', 'nearly the code'] as const;

export interface Hint {
  readonly head: string;
  /** Markdown. */
  readonly text: string;
  readonly foot: string;
}

/** The first check that did not pass when the lab was checked last; undefined when all did. */
export const firstFailing = (student: Student, lab: Lab): string | undefined =>
  lab.checks.find(({ id }) => !student.progress(lab).passed.includes(id))?.id;

/**
 * The next hint for a check, and notes that it was taken.
 * @param level 1 to 3; the one after the last one taken unless told
 * @param isAsked whether the person named the check
 */
export function takeHint(
  student: Student,
  lab: Lab,
  check: string,
  clone: string,
  level?: number,
  isAsked = false,
): Hint {
  const { title, hints } = textsOfCheck(clone, lab, check);
  const taken = student.progress(lab).hints[check] ?? 0;
  const most = Math.max(1, hints.length);
  const now = Math.min(level ?? taken + 1, most);
  student.tookHint(lab, check, now);
  const more =
    now < most
      ? `More (${now + 1} of ${most}, ${kinds[now]}): npx kubelab lab hint ${lab.name}${isAsked ? ` --check ${check}` : ''} --level ${now + 1}`
      : 'That was the last hint. The concept again: npx kubelab lab read';
  return {
    head: `Hint ${now} of ${most} for ${check} ${title} (${kinds[now - 1]})`,
    text: hints[now - 1] ?? 'There is no hint for this check.',
    foot: more,
  };
}

/** What a check is about: `never more pods than asked`. */
export const checkTitle = (clone: string, lab: Lab, check: string): string => textsOfCheck(clone, lab, check).title;

function textsOfCheck(clone: string, lab: Lab, check: string): { title: string; hints: readonly string[] } {
  const found = parseTexts(textOf(clone, lab, 'hints.md')).get(check);
  return found ?? { title: '', hints: [] };
}
