// Random: any node that can take the pod, each with the same chance. What every other algorithm should be better than.
// Each attempt draws from a chance of its own, made from one number. Whoever asks why gives that number back (`memory`), and
// the same lots are drawn once more.

import type { Explanation } from '../../core/contracts/explanation.ts';
import type { Random } from '../../core/contracts/random.ts';
import type { ClusterView, NodeInfo, Placement, Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { explainByRefusals } from '../../core/scheduling/explain.ts';
import { ReasonTally, refusals } from '../../core/scheduling/refusals.ts';
import { SeededRandom } from '../../core/time/random.ts';

/** Nodes drawn by lot before all of them are looked at: in a cluster with room, the first is good already. */
const draws = 16;

interface Drawing {
  /** The node that was drawn, if any can take the pod. */
  readonly node?: string;
  /** Those that were drawn before it, and cannot. */
  readonly refused: readonly string[];
  /** How many can take the pod, where all had to be asked. */
  readonly fitting?: number;
  readonly tally: ReasonTally;
}

export class RandomScheduler implements Scheduler {
  readonly name = 'random';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  readonly #random: Random;
  #next: number;

  constructor(random: Random) {
    this.#random = random;
    this.#next = this.#number();
  }

  place(pod: Pod, cluster: ClusterView): Placement {
    const { node, tally } = draw(pod, cluster, this.#next);
    this.#next = this.#number();
    return node === undefined ? { unschedulable: tally.counts } : { node };
  }

  /** The number that the next attempt draws by. */
  get memory(): number {
    return this.#next;
  }

  explain(pod: Pod, cluster: ClusterView, memory: unknown): Explanation {
    const drawing = draw(pod, cluster, Number(memory));
    const drawn = {
      name: 'Drawn',
      best: 'greatest',
      of: ({ name }: NodeInfo) => Number(name === drawing.node),
    } as const;
    return explainByRefusals(pod, cluster, [drawn], ruleOf(drawing, cluster.nodes.length));
  }

  #number(): number {
    return this.#random.int(0x1_0000_0000);
  }
}

function draw(pod: Pod, cluster: ClusterView, number: number): Drawing {
  const chance = new SeededRandom(number);
  const { nodes } = cluster;
  const tally = new ReasonTally();
  const refused: string[] = [];
  const takes = (node: NodeInfo) => refusals(pod, node, cluster).length === 0;
  for (let times = 0; times < draws && nodes.length > 0; times += 1) {
    const node = nodes[chance.int(nodes.length)]!;
    if (takes(node)) return { node: node.name, refused, tally };
    refused.push(node.name);
  }
  const fitting = nodes.filter((node) => {
    const reasons = refusals(pod, node, cluster);
    tally.add(reasons);
    return reasons.length === 0;
  });
  const node = chance.pick(fitting);
  return { ...(node && { node: node.name }), refused, fitting: fitting.length, tally };
}

/** @param nodes of the cluster */
function ruleOf({ refused, fitting }: Drawing, nodes: number): string {
  if (fitting !== undefined) {
    return `${draws} lots among all ${nodes} nodes found none that can take the pod; then a lot among the ${fitting} that can`;
  }
  const before = [...new Set(refused)].join(', ');
  if (before === '') return `a lot among all ${nodes} nodes: the first that was drawn can take the pod`;
  return `a lot among all ${nodes} nodes until one can take the pod: ${before} came before, and cannot`;
}
