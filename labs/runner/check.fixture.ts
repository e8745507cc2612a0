// A lab for tests of the runner: three checks of a scheduler, without a cluster around it; and files of students, good and bad.

import type { Plugin } from '../../core/cluster/plugin.ts';
import { type Check, FailedCheck, type Lab, pluginOf, type StudentPart } from '../kit/lab.ts';

interface Placing {
  place(pod: object, view: object): unknown;
}

/** What the plugin binds. */
function made(part: StudentPart): Placing {
  let scheduler: Placing | undefined;
  const { bind } = (pluginOf(part) as Plugin).definition as unknown as { bind(container: object): void };
  bind({ bind: () => ({ toResolvedValue: (make: () => Placing) => (scheduler = make()) }) });
  return scheduler!;
}

/** Passes when the pod is placed on node-1. */
const placesOn1 = (id: string, seeds: number): Check => ({
  id,
  seeds,
  run: async (part, seed) => {
    const pod = Object.freeze({ metadata: Object.freeze({ name: `web-${seed}` }) });
    const placed = (await made(part).place(pod, {})) as { node?: string } | undefined;
    if (placed?.node === 'node-1') return;
    throw new FailedCheck({
      check: id,
      message: 'elsewhere',
      seed,
      instant: 12,
      at: 2.01,
      happened: `you placed web-${seed} on ${placed?.node}`,
      expected: 'it is placed on node-1',
      why: 'there is no other node',
      look: { file: 'mine.ts', line: 11 },
      object: `Pod default/web-${seed}`,
      timeline: [
        { at: 0, what: 'created', object: `Pod default/web-${seed}`, by: 'the check' },
        { at: 2.01, what: 'bound', object: `Pod default/web-${seed}`, by: 'you', line: { file: 'mine.ts', line: 11 } },
      ],
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
export const labs: readonly Lab[] = [
  { ...common, number: 8, name: 'broken', checks: [broken] },
  { ...common, number: 9, name: 'place', checks: [placesOn1('9.1', 1), placesOn1('9.2', 3), placesOn1('9.3', 2)] },
];
export const titleOf = (check: string): string => `pods are placed, ${check}`;

/** A file whose place() has this line, its line 11. */
export const scheduler = (line: string, top = '') => `${top}
import { plugin, Scheduler } from 'kubelab';

class Mine {
  readonly name = 'mine';
  readonly retryOn = [] as const;
  calls = 0;

  place(pod: { metadata: { name: string } }): unknown {
    this.calls += 1;
    ${line}
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
