// What a scheduler answered, looked at before it is believed: a scheduler may be anybody's.

import type { ClusterView, Placement } from '../contracts/scheduler.ts';

const wanted = 'wanted { node: "a node of the view" } or { unschedulable: { "reason": count } }';

/** The answer, if it is one. @throws Error that says what came instead. */
export function checkPlacement(answer: unknown, cluster: ClusterView): Placement {
  if (answer instanceof Promise) {
    answer.catch(() => {});
    throw new Error('place returned a Promise; it must answer at once, so it cannot be async');
  }
  if (typeof answer !== 'object' || answer === null) throw new Error(`place returned ${String(answer)}; ${wanted}`);
  const { node, unschedulable, nominate } = answer as Record<string, unknown>;
  if (typeof unschedulable === 'object' && unschedulable !== null) {
    checkNomination(nominate, cluster);
    return answer as Placement;
  }
  if (typeof node !== 'string') throw new Error(`place returned ${shown(answer)}; ${wanted}`);
  if (!cluster.node(node)) throw new Error(`it placed the pod on "${node}", which is no node of the cluster`);
  return answer as Placement;
}

/** As JSON, with what JSON leaves out: { node: undefined } is the commonest wrong answer. */
const shown = (answer: object): string =>
  `{${Object.entries(answer)
    .map(([name, value]) => `${JSON.stringify(name)}:${value === undefined ? 'undefined' : JSON.stringify(value)}`)
    .join(',')}}`;

function checkNomination(nominate: unknown, cluster: ClusterView): void {
  if (nominate === undefined || nominate === 'nowhere') return;
  const { node, victims } = (nominate ?? {}) as { node?: unknown; victims?: unknown };
  if (typeof node !== 'string' || !Array.isArray(victims))
    throw new Error(`it nominated ${JSON.stringify(nominate)}; wanted { node, victims: [pod, ...] } or "nowhere"`);
  if (!cluster.node(node)) throw new Error(`it nominated the pod to "${node}", which is no node of the cluster`);
}
