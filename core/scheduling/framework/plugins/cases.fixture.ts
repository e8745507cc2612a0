// Cases for filters and scores: small clusters, written in a line a node, and what a plugin says of each node.

import type { NodeInfo } from '../../../contracts/scheduler.ts';
import type { FilterPlugin, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { StringMap } from '../../../model/meta.ts';
import type { Node } from '../../../model/node.ts';
import type { Pod } from '../../../model/pod.ts';
import { makePod } from '../../../testing/objects.ts';
import { Snapshot } from '../../snapshot.ts';
import { normalise } from '../normalise.ts';

/** A pod with labels. */
export const labelled = (name: string, labels: StringMap, spec: Partial<Pod['spec']> = {}, namespace = 'default') => {
  const pod = makePod(name, spec);
  return { ...pod, metadata: { ...pod.metadata, labels, namespace } };
};

/** A pod that asks for so many millicores and bytes; '0' is asked for too. */
export const asking = (name: string, cpu: number, memory: number | string, more: StringMap = {}) =>
  makePod(name, {}, { resources: { requests: { cpu: `${cpu}m`, memory: String(memory), ...more } } });

/** The nodes, and the pods by the node that they are on. */
export function viewOf(nodes: readonly Node[], placed: Readonly<Record<string, readonly Pod[]>> = {}): Snapshot {
  const view = new Snapshot();
  for (const node of nodes) view.setNode(node);
  for (const [node, pods] of Object.entries(placed)) for (const pod of pods) view.setPod(pod, node);
  return view;
}

/** By node: why it is refused, or 'fits'. A refusal that pods which leave cannot help against ends with '!'. */
export function verdicts(plugin: FilterPlugin, pod: Pod, view: Snapshot): Record<string, string> {
  const filter = plugin.preFilter(pod, view);
  const verdict = (node: NodeInfo): string => {
    if (!filter) return 'fits';
    const refusal = 'reasons' in filter ? filter : filter.filter(node);
    return refusal ? `${refusal.reasons.join(', ')}${refusal.resolvable ? '' : '!'}` : 'fits';
  };
  return Object.fromEntries(view.nodes.map((node) => [node.name, verdict(node)]));
}

/** Names of the nodes that the filter lets through. */
export const fitting = (plugin: FilterPlugin, pod: Pod, view: Snapshot): string[] =>
  Object.entries(verdicts(plugin, pod, view)).flatMap(([node, verdict]) => (verdict === 'fits' ? [node] : []));

/** By node: the score, 0 to 100. Undefined: the plugin has nothing to say of the pod. */
export function scores(
  plugin: ScorePlugin,
  pod: Pod,
  view: Snapshot,
  passed: readonly string[] = view.nodes.map(({ name }) => name),
): Record<string, number> | undefined {
  const score = plugin.preScore(pod, view);
  if (!score) return undefined;
  const nodes = view.nodes.filter(({ name }) => passed.includes(name));
  score.among?.(nodes);
  const raw = Float64Array.from(nodes, (node) => score.score(node));
  normalise(raw, raw.length, score.normalise);
  return Object.fromEntries(nodes.map(({ name }, at) => [name, raw[at]!]));
}
