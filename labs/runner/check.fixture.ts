// A lab for tests of the runner: checks of a scheduler, without a cluster around it; and a student's file for it.

import type { Plugin } from '../../core/cluster/plugin.ts';
import { type Check, FailedCheck, type Lab, pluginOf, type StudentPart } from '../kit/lab.ts';

interface Placing {
  place(pod: object): unknown;
}

/** What the plugin binds. */
function made(part: StudentPart): Placing {
  let scheduler: Placing | undefined;
  const { bind } = (pluginOf(part) as Plugin).definition as unknown as { bind(container: object): void };
  const toResolvedValue = (make: () => Placing) => {
    scheduler = make();
  };
  bind({ bind: () => ({ toResolvedValue }) });
  return scheduler!;
}

/** Passes when the pod, which is called after the check, is placed on node-1. */
const placesOnNode1 = (id: string, seeds = 1): Check => ({
  id,
  seeds,
  run: async (part, seed) => {
    const pod = Object.freeze({ metadata: Object.freeze({ name: id, seed }) });
    const placed = (await made(part).place(pod)) as { readonly node?: string } | undefined;
    if (placed?.node === 'node-1') return;
    throw new FailedCheck({
      check: id,
      message: 'elsewhere',
      seed,
      instant: 12,
      at: 2.01,
      happened: `you placed ${id} on ${placed?.node}`,
      expected: 'it is placed on node-1',
      why: 'there is no other node',
      timeline: [],
    });
  },
});

const broken: Check = {
  id: '8.1',
  run: async () => {
    throw new Error('the lab has a mistake');
  },
};

const common = { hours: 1, file: 'mine.ts', slot: 'Scheduler' } as const;
const many = Array.from({ length: 20 }, (_, index) => placesOnNode1(`7.${index + 1}`));

export const labs: readonly Lab[] = [
  { ...common, number: 7, name: 'many', checks: many },
  { ...common, number: 8, name: 'broken', checks: [broken] },
  {
    ...common,
    number: 9,
    name: 'place',
    checks: [placesOnNode1('9.1'), placesOnNode1('9.2', 3), placesOnNode1('9.3', 2)],
  },
];
export const titleOf = (check: string): string => `pods are placed, ${check}`;

/** The line of `scheduler` in which place() has its first statement. */
export const placeLine = 12;

/** A student's file. @param statements a line each, the first in `placeLine` @param top its first line */
export const scheduler = (statements: readonly string[], top = '') => `${top}
import { plugin, Scheduler } from 'kubelab';

interface Named {
  readonly metadata: { name: string; seed: number };
}

class Mine {
  readonly name = 'mine';
  readonly retryOn = [] as const;
  place({ metadata }: Named): unknown {
${statements.join('\n')}
    return { node: 'node-1' };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'mine',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue((() => new Mine()) as never);
  },
});
`;
