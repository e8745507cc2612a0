// Round: one world of lab 2. Nodes join and leave, pods come one by one, and each turn is compared with the rule. Nodes have
// names of trees, so that the order in which they join says nothing about the order of their names.

import type { Random } from '../../core/contracts/random.ts';
import { Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { Line } from '../kit/lab.ts';
import type { World } from '../kit/world.ts';
import type { Turn, Turns } from './turns.ts';

export const trees = [
  'alder',
  'ash',
  'birch',
  'cedar',
  'elm',
  'fir',
  'hazel',
  'larch',
  'maple',
  'oak',
  'pine',
  'rowan',
  'yew',
];
/** Compared with `<`, node-10 stands between node-1 and node-2; as numbers, behind both. */
export const numbered = ['node-1', 'node-2', 'node-10', 'node-3', 'node-20', 'node-11'];
/** Virtual seconds in which a pod has a node when nothing goes wrong. */
export const patience = 5;
export const roomy = { cpu: '64', memory: '64Gi', pods: '110' };

/** Names in the order in which they shall join: not the order that they have as names, however one turns it. */
export function joining(random: Random, count: number, among: readonly string[] = trees): string[] {
  for (;;) {
    const names = random.shuffle([...among]).slice(0, count);
    const sorted = [...names].sort();
    const ring = [...sorted, ...sorted].join();
    if (count < 3 || !ring.includes(names.join())) return names;
  }
}

/** One world of a check: its nodes, pods that come one by one, and what the scheduler answered to each. */
export class Round {
  readonly world: World;
  readonly turns: Turns;
  /** Drawn beforehand, so that it is the same whatever the world draws. */
  readonly random: Random;
  #pods = 0;

  constructor(world: World, turns: Turns, random: Random) {
    this.world = world;
    this.turns = turns;
    this.random = random;
  }

  get names(): string[] {
    return this.world.list(Nodes).map(({ metadata }) => metadata.name);
  }

  /** A node that is there, but on which nothing runs: for the scheduler it is a node like any other. */
  async join(name: string): Promise<void> {
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' } as const];
    const status = { capacity: roomy, allocatable: roomy, conditions };
    await this.world.client.of(Nodes).create({ metadata: { name, labels: {} }, status } as never);
    await this.world.run(0.1);
  }

  async leave(name: string): Promise<void> {
    await this.world.client.of(Nodes).delete(name);
    await this.world.run(0.1);
  }

  async create(spec: Partial<Pod['spec']> = {}, cpu = '100m'): Promise<string> {
    this.#pods += 1;
    const name = `pod-${this.#pods}`;
    const containers = [{ name: 'main', image: 'kubelab/sleep', resources: { requests: { cpu } } }];
    await this.world.client
      .of(Pods)
      .in('default')
      .create({ metadata: { name }, spec: { containers, ...spec } } as never);
    return name;
  }

  /** A new pod, and the turn in which it was placed. Fails with `waits` when it is not. */
  async place(spec: Partial<Pod['spec']> = {}): Promise<Turn> {
    const pod = await this.create(spec);
    await this.placed(pod);
    return this.turns.of(pod)!;
  }

  async placed(pod: string, seconds = patience): Promise<void> {
    if (await this.world.until(() => this.nodeOf(pod) !== undefined, seconds)) return;
    const calls = this.turns.all.filter((turn) => turn.pod === pod);
    const { log, last = 'there was none' } = this.world.faults;
    const fault = log.findLast(({ object }) => object.includes(`/${pod} `))?.object ?? last;
    this.fail('waits', pod, { seconds, calls: calls.length, able: ableIn(calls.at(-1)), fault });
  }

  nodeOf(pod: string): string | undefined {
    return this.world.get(Pods, `default/${pod}`)?.spec.nodeName;
  }

  /** Calls back in the moment in which a pod is bound to a node. */
  onPlaced(work: (turn: Turn, pod: string, node: string) => void): void {
    this.world.observe(({ kind, object, previous }) => {
      if (kind !== 'Pod') return;
      const { metadata, spec } = object as Pod;
      const turn = this.turns.of(metadata.name);
      if (spec.nodeName && !(previous as Pod | undefined)?.spec.nodeName && turn)
        work(turn, metadata.name, spec.nodeName);
    });
  }

  /** From now on, who gets a pod out of turn fails. */
  inTurn(message: () => string, more: () => Record<string, string> = () => ({})): void {
    this.onPlaced((turn, pod, node) => {
      if (turn.wanted === undefined || turn.wanted === turn.answer) return;
      this.fail(message(), pod, { node, ...about(turn), ...more() });
    });
  }

  /** @param line where to look, where that is not place() */
  fail(message: string, pod: string, values: Readonly<Record<string, string | number>>, line?: Line): never {
    return this.world.fail(message, { pod, ...values }, { object: `Pod default/${pod}`, ...(line && { line }) });
  }
}

const ableIn = (turn: Turn | undefined): string =>
  turn?.nodes
    .filter((name) => !turn.refused.has(name))
    .sort()
    .join(', ') || 'any node';

/** What messages say about a turn. */
export const about = (turn: Turn) => ({
  before: turn.last ? `the last pod placed before it had gone to ${turn.last}` : 'no pod had been placed before it',
  behind: turn.last ? `the next name behind ${turn.last}` : 'the first name, as none was last yet,',
  wanted: turn.wanted ?? '',
  names: [...turn.nodes].sort().join(', '),
  list: turn.nodes.join(', '),
  able: ableIn(turn),
  reason: turn.refused.get(turn.answer ?? '') ?? '',
});
