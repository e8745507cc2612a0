// Framework scheduler: a Scheduler made of filters and scores, as kube-scheduler is.
//   new FrameworkScheduler({ name: 'default', filters: [...], scores: [{ plugin, weight: 1 }], postFilters: [...] })
// A pod's way: every filter looks at the pod once (preFilter), then at the nodes; the nodes that pass are scored; the best
// sum wins, and the first of equal ones in the view's order. In real Kubernetes: a random one of the best. A pod for which
// room was made on a node goes there, if it fits; when no node passes, the postFilters may make room.
// What depends on a node alone is kept from pod to pod (local-verdicts.ts), so that most pods look at few nodes; where
// nothing else is asked, the best node is read off a tree. Both give the same placements as looking at everything anew.

import type { Explanation } from '../../contracts/explanation.ts';
import type {
  ClusterEvent,
  ClusterView,
  NodeInfo,
  Placement,
  ReasonCounts,
  Scheduler,
} from '../../contracts/scheduler.ts';
import type {
  FilterPlugin,
  NodeFilter,
  PostFilterPlugin,
  Refusal,
  ScorePlugin,
} from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';
import { explainFramework } from './explain.ts';
import { firstRefusal, LocalVerdicts, type Weighted } from './local-verdicts.ts';
import { PassedNodes } from './passed-nodes.ts';
import { shapeOf } from './pod-shape.ts';
import { RetryHints } from './retry-hints.ts';
import { Sample } from './sample.ts';
import { filterWithoutNominated } from './without-nominated.ts';

export interface WeightedScore {
  readonly plugin: ScorePlugin;
  /** The plugin's own unless told. */
  readonly weight?: number;
}

export interface FrameworkOptions {
  readonly name: string;
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly WeightedScore[];
  readonly postFilters?: readonly PostFilterPlugin[];
  /** Share of the nodes that must pass before it stops looking, as Kubernetes' percentageOfNodesToScore; 100 unless told. 0: Kubernetes' own rule. */
  readonly percentageOfNodesToScore?: number;
}

/** Shapes of pods whose verdicts are kept. */
const mostShapes = 64;

/** Nodes that are tried best first, before all of them are looked at. */
const mostBestFirst = 64;

export class FrameworkScheduler implements Scheduler {
  readonly name: string;
  readonly retryOn: readonly ClusterEvent[];
  readonly options: FrameworkOptions;
  readonly #sample: Sample | undefined;
  /** By shape and by which plugins have something to say of it; the one used last stands last. */
  readonly #local = new Map<string, LocalVerdicts>();
  readonly #passed = new PassedNodes();
  readonly #hints: RetryHints;

  constructor(options: FrameworkOptions) {
    this.name = options.name;
    this.options = options;
    this.#hints = new RetryHints(options.filters);
    this.retryOn = [...new Set(options.filters.flatMap(({ retryOn }) => retryOn))];
    const { percentageOfNodesToScore: percentage = 100 } = options;
    if (percentage < 100) this.#sample = new Sample(percentage);
  }

  /** Where the next walk over a sample begins. */
  get memory(): number | undefined {
    return this.#sample?.next;
  }

  explain(pod: Pod, view: ClusterView, memory: unknown): Explanation {
    return explainFramework(this.options, pod, view, typeof memory === 'number' ? memory : 0);
  }

  place(pod: Pod, view: ClusterView): Placement {
    const filters: NodeFilter[] = [];
    let id = '';
    for (const [at, plugin] of this.options.filters.entries()) {
      const filter = plugin.preFilter(pod, view);
      if (!filter) continue;
      if ('reasons' in filter) return this.#refusedByAll(pod, view, filter, plugin);
      filters.push(filter);
      id += `${at},`;
      const alone = filterWithoutNominated(plugin, filter, pod, view);
      if (alone) filters.push(alone);
    }
    const nominated = view.node(pod.status?.nominatedNodeName ?? '');
    if (nominated && !firstRefusal(nominated, filters)) return { node: nominated.name };
    const scores = this.#scores(pod, view);
    return this.#sample
      ? this.#placeInSample(pod, view, filters, scores)
      : this.#placeBest(pod, view, filters, scores, id);
  }

  #scores(pod: Pod, view: ClusterView): Weighted[] {
    const scores: Weighted[] = [];
    for (const { plugin, weight = plugin.weight } of this.options.scores) {
      const score = weight > 0 ? plugin.preScore(pod, view) : undefined;
      if (score) scores.push({ name: plugin.name, weight, score });
    }
    return scores;
  }

  #placeBest(pod: Pod, view: ClusterView, filters: NodeFilter[], scores: Weighted[], id: string): Placement {
    const isLocal = ({ scope, only }: NodeFilter) => scope === 'node' && !only;
    const isPlain = ({ score }: Weighted) => score.scope === 'node' && score.normalise === 'none';
    const local = this.#localVerdicts(
      `${id}${scores.map(({ name }) => name)}${shapeOf(pod)}`,
      view,
      filters.filter(isLocal),
      scores.filter(isPlain),
    );
    const wide = filters.filter((filter) => !isLocal(filter));
    const compared = scores.filter((score) => !isPlain(score));
    if (wide.length === 0 && compared.length === 0) {
      const best = local.best;
      return best === undefined
        ? this.#refused(pod, view, filters, local.tally, (node) => local.refusals[node.index])
        : { node: view.nodes[best]!.name };
    }
    const { nodes } = view;
    if (compared.length === 0) {
      const best = local.bestThat((index) => !firstRefusal(nodes[index]!, wide), mostBestFirst);
      if (best !== undefined) return { node: nodes[best]!.name };
    }
    const refusals: (Refusal | undefined)[] = [];
    const passed = this.#passed.reset(nodes);
    // Plain loops over typed arrays: this is walked for every node and pod.
    for (let index = 0; index < nodes.length; index += 1) {
      if (local.refused[index] === 1) continue;
      const refusal = wide.length > 0 ? firstRefusal(nodes[index]!, wide) : undefined;
      if (refusal) refusals[index] = refusal;
      else passed.add(index);
    }
    if (passed.count > 0) return { node: passed.best(compared, local.scores).name };
    const tally = new Map(local.tally);
    for (const refusal of refusals) if (refusal) tally.set(refusal, (tally.get(refusal) ?? 0) + 1);
    return this.#refused(pod, view, filters, tally, ({ index }) => local.refusals[index] ?? refusals[index]);
  }

  /** As Kubernetes does in large clusters: looks at nodes in turn until enough have passed, and takes the best of those. */
  #placeInSample(pod: Pod, view: ClusterView, filters: NodeFilter[], scores: Weighted[]): Placement {
    const refusals = new Map<NodeInfo, Refusal>();
    const passed = this.#passed.reset(view.nodes);
    for (const node of this.#sample!.walk(view.nodes, passed)) {
      const refusal = firstRefusal(node, filters);
      if (refusal) refusals.set(node, refusal);
      else passed.add(node.index);
    }
    if (passed.count > 0) return { node: passed.best(scores, undefined).name };
    const tally = new Map<Refusal, number>();
    for (const refusal of refusals.values()) tally.set(refusal, (tally.get(refusal) ?? 0) + 1);
    return this.#refused(pod, view, filters, tally, (node) => refusals.get(node));
  }

  #localVerdicts(key: string, view: ClusterView, filters: readonly NodeFilter[], scores: readonly Weighted[]) {
    let verdicts = this.#local.get(key);
    if (verdicts) this.#local.delete(key);
    else verdicts = new LocalVerdicts();
    this.#local.set(key, verdicts);
    if (this.#local.size > mostShapes) this.#local.delete(this.#local.keys().next().value as string);
    verdicts.update(view, filters, scores);
    return verdicts;
  }

  #refused(
    pod: Pod,
    cluster: ClusterView,
    filters: readonly NodeFilter[],
    tally: ReadonlyMap<Refusal, number>,
    refusalOf: (node: NodeInfo) => Refusal | undefined,
  ): Placement {
    const retryOn = this.#hints.of(pod, cluster, tally, refusalOf);
    const refused = { unschedulable: counts(tally), retryOn };
    const messages: string[] = [];
    let nowhere: { readonly nominate?: 'nowhere' } = {};
    for (const plugin of this.options.postFilters ?? []) {
      const answer = plugin.postFilter({ pod, cluster, filters, refusalOf, refusals: tally });
      if (!answer) continue;
      if (typeof answer === 'object' && 'node' in answer) return { ...refused, nominate: answer };
      if (answer === 'nowhere' || answer.nominate) nowhere = { nominate: 'nowhere' };
      if (answer !== 'nowhere') messages.push(answer.message);
    }
    return { ...refused, ...nowhere, ...(messages.length > 0 && { postFilterMessage: messages.join(', ') }) };
  }

  /** Nothing that leaves a node can help. */
  #refusedByAll(pod: Pod, view: ClusterView, refusal: Refusal, plugin: FilterPlugin): Placement {
    const final = { ...refusal, resolvable: false };
    const tally = new Map([[final, view.nodes.length]]);
    const refused = this.#refused(pod, view, [], tally, () => final);
    return { ...refused, retryOn: plugin.retryOn, preFilterMessage: refusal.reasons.join(', ') };
  }
}

function counts(tally: ReadonlyMap<Refusal, number>): ReasonCounts {
  const counts: Record<string, number> = {};
  for (const [{ reasons }, nodes] of tally)
    if (nodes > 0) for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + nodes;
  return counts;
}
