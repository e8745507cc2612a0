// Rules of StorageClasses that look at several fields at once (Kubernetes, pkg/apis/storage/validation).

import { duplicate, invalidValue, notAllowed, type Problem, required } from './causes.ts';
import { equal } from './equal.ts';
import { qualifiedNameProblems } from './label-rules.ts';
import type { StorageClass } from './storage-class.ts';

export function storageClassProblems({ provisioner, allowedTopologies }: StorageClass): readonly Problem[] {
  const problems: Problem[] = [];
  if (typeof provisioner === 'string' && provisioner !== '') {
    for (const wrong of qualifiedNameProblems(provisioner.toLowerCase()))
      problems.push(invalidValue('provisioner', provisioner, wrong));
  }
  allowedTopologies?.forEach((term, i) => {
    const keys = new Set<string>();
    term.matchLabelExpressions?.forEach(({ key, values }, j) => {
      const at = `allowedTopologies[${i}].matchLabelExpressions[${j}]`;
      if (typeof key === 'string')
        for (const wrong of qualifiedNameProblems(key)) problems.push(invalidValue(`${at}.key`, key, wrong));
      if (keys.has(key)) problems.push(duplicate(`${at}.key`, key));
      keys.add(key);
      values?.forEach((value, k) => {
        if (values.indexOf(value) < k) problems.push(duplicate(`${at}.values[${k}]`, value));
      });
    });
    if (!term.matchLabelExpressions?.length) problems.push(required(`allowedTopologies[${i}]`));
  });
  return problems;
}

/** Volumes were made by these, so they stay. */
const decidedAtBirth = ['parameters', 'provisioner', 'reclaimPolicy'] as const;

export function storageClassUpdateProblems(next: StorageClass, previous: StorageClass): readonly Problem[] {
  const problems = decidedAtBirth
    .filter((field) => !equal(next[field], previous[field]))
    .map((field) => notAllowed(field, `updates to ${field} are forbidden.`));
  if (next.volumeBindingMode !== previous.volumeBindingMode)
    problems.push(invalidValue('volumeBindingMode', next.volumeBindingMode, 'field is immutable'));
  return problems;
}
