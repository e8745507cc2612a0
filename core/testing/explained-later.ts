// Explained later: pods are placed in a cluster that changes all the time, and only at the end the scheduler is asked why each
// of them went where it did, from the cluster as the journal gives it back.

import type { Explanation } from '../contracts/explanation.ts';
import type { Placement, Scheduler } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { Journal } from '../scheduling/journal.ts';
import { Nominations } from '../scheduling/nominations.ts';
import { Snapshot } from '../scheduling/snapshot.ts';
import { SeededRandom } from '../time/random.ts';
import { deepFreeze } from './deep-freeze.ts';
import { makeNode, makePod } from './objects.ts';

export interface Decision {
  readonly pod: Pod;
  readonly placement: Placement;
  /** What the scheduler said of it afterwards; undefined: it does not explain itself. */
  readonly explanation: Explanation | undefined;
}

export interface Course {
  readonly seed: string | number;
  readonly nodes?: number;
  readonly pods?: number;
  /** A pod by chance; small ones with a wish now and then unless told. */
  readonly podOf?: (name: string, random: SeededRandom) => Pod;
}

const zone = 'topology.kubernetes.io/zone';

export function explainedLater(scheduler: Scheduler, course: Course): Decision[] {
  const { seed, nodes = 8, pods = 60, podOf = smallPod } = course;
  const random = new SeededRandom(seed);
  const journal = new Journal();
  const view = new Snapshot(undefined, journal);
  const nominations = new Nominations(view);
  const join = (name: string) => view.setNode(deepFreeze(anyNode(name, random)));
  for (let at = 0; at < nodes; at += 1) join(`node-${at}`);
  const decided = Array.from({ length: pods }, (_, at) => {
    const pod = deepFreeze(podOf(`pod-${at}`, random));
    nominations.showTo(pod);
    const { position } = journal;
    const { memory } = scheduler;
    const placement = scheduler.place(pod, view);
    if ('node' in placement) view.setPod(pod, placement.node);
    else if (typeof placement.nominate === 'object') nominations.set(pod, placement.nominate.node);
    if (random.int(4) === 0) view.removePod(`uid-pod-${random.int(pods)}`);
    if (random.int(10) === 0) view.removeNode(`node-${random.int(nodes)}`);
    if (random.int(5) === 0) join(`node-${random.int(nodes)}`);
    return { pod, placement, position, memory };
  });
  return decided.map(({ pod, placement, position, memory }) => {
    const contents = view.contents();
    journal.rewind(contents, position);
    return { pod, placement, explanation: scheduler.explain?.(pod, Snapshot.of(contents), memory) };
  });
}

function anyNode(name: string, random: SeededRandom) {
  const taints = [{ key: 'old', value: 'yes', effect: random.pick(['NoSchedule', 'PreferNoSchedule']) as string }];
  return makeNode(
    name,
    { unschedulable: random.int(10) === 0, ...(random.int(6) === 0 && { taints }) },
    random.int(8) > 0 ? { [zone]: random.pick(['a', 'b', 'c']) as string } : {},
    { cpu: random.pick(['1', '2']) as string, memory: '4Gi', pods: '6' },
  );
}

function smallPod(name: string, random: SeededRandom): Pod {
  const requests = { cpu: `${100 * (1 + random.int(5))}m`, memory: `${1 + random.int(4)}00Mi` };
  const wish = random.pick([{}, {}, { nodeSelector: { [zone]: 'b' } }, { tolerations: [{ operator: 'Exists' }] }]);
  return makePod(name, { ...(wish as object), priority: random.int(3) }, { resources: { requests } });
}
