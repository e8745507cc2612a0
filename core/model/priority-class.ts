// PriorityClass: a name for how important pods are. A pod says `priorityClassName`; the admission plugin Priority writes the
// class's number into the pod, and the scheduler looks at the number: the greater goes first, and may make the lesser give way.

import { ageColumn, column, integers, nameColumn } from './columns.ts';
import { fill } from './defaults.ts';
import { Int, OneOf } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { priorityClassProblems, priorityClassUpdateProblems } from './priority-class-rules.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Text } from './rules.ts';

export class PriorityClass extends KubeObjectBase {
  /** The more the sooner. At most 1,000,000,000; what is above is for the system. Decided at birth. */
  @Int({ min: -(2 ** 31), max: 2 ** 31 - 1 }) readonly value!: number;
  /** Whether pods that name no class get this one. One class at most. */
  @Bool() readonly globalDefault?: boolean;
  /** When to use it: for people. */
  @Text() readonly description?: string;
  /** Whether its pods may make less important ones give way, or only go before them in the queue. Decided at birth. */
  @OneOf('PreemptLowerPriority', 'Never') readonly preemptionPolicy?: string;
}

export const PriorityClasses: Resource<PriorityClass> = resource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  type: PriorityClass,
  columns: [
    nameColumn(),
    integers('Value', ({ value }) => value, 'The priority of the pods of this class.'),
    {
      ...column(
        'Global-Default',
        ({ globalDefault }) => globalDefault ?? false,
        'Whether pods without a class get it.',
      ),
      type: 'boolean',
    },
    ageColumn(),
    column(
      'PreemptionPolicy',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
      'Whether its pods may preempt others.',
    ),
  ],
  // Kubernetes counts it, though there is no status.
  prepareForCreate: (given) => ({ ...given, metadata: { ...given.metadata, generation: 1 } }),
  default: (given) => fill(given, { value: 0, preemptionPolicy: 'PreemptLowerPriority' }),
  validate: priorityClassProblems,
  validateUpdate: priorityClassUpdateProblems,
});
