// nodeSelector and required node affinity: which nodes a pod insists on. Kubernetes: plugins/nodeaffinity.
// Terms are alternatives (one must hold); the expressions of a term must all hold; a term without any holds nowhere.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../model/affinity.ts';
import type { Pod } from '../../model/pod.ts';

export function nodeIsWanted(pod: Pod, node: NodeInfo): string | undefined {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value);
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (wanted && (!required || required.nodeSelectorTerms.some((term) => termHolds(term, node)))) return undefined;
  return "node(s) didn't match Pod's node affinity/selector";
}

/** Whether all that the term asks is true of the node. */
export function termHolds(term: NodeSelectorTerm, node: Pick<NodeInfo, 'name' | 'labels'>): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels[requirement.key])) &&
    matchFields.every((requirement) => requirement.key === 'metadata.name' && meets(requirement, node.name))
  );
}

function meets({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return integer(value) > integer(values[0]);
    case 'Lt':
      return integer(value) < integer(values[0]);
    default:
      return false;
  }
}

/** NaN, which is neither more nor less than anything, for what is no whole number. */
const integer = (text: string | undefined): number => (/^[+-]?\d+$/.test(text ?? '') ? Number(text) : Number.NaN);
