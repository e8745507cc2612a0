// The pod of a DaemonSet for one node: the template, a node affinity that names the node (the scheduler places it, like any
// pod), and tolerations, since what belongs to the node does not leave it for the node's trouble.
// In Kubernetes: pkg/controller/daemon/util/daemonset_util.go.

import type { NodeInfo } from '../../core/contracts/scheduler.ts';
import { podFrom } from '../../core/control/pods.ts';
import { revisionLabel } from '../../core/control/revisions.ts';
import type { Affinity } from '../../core/model/affinity.ts';
import type { DaemonSet } from '../../core/model/daemon-set/daemon-set.ts';
import type { Draft } from '../../core/model/meta.ts';
import type { Node } from '../../core/model/node.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { nodeIsWanted } from '../../core/scheduling/filters/node-affinity.ts';
import { tolerates } from '../../core/scheduling/filters/taints.ts';

const must = 'requiredDuringSchedulingIgnoredDuringExecution';

const tolerationOf = (trouble: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${trouble}`,
  operator: 'Exists',
  effect,
});

const always = [
  tolerationOf('not-ready', 'NoExecute'),
  tolerationOf('unreachable', 'NoExecute'),
  tolerationOf('disk-pressure', 'NoSchedule'),
  tolerationOf('memory-pressure', 'NoSchedule'),
  tolerationOf('pid-pressure', 'NoSchedule'),
  tolerationOf('unschedulable', 'NoSchedule'),
];
const onHostNetwork = tolerationOf('network-unavailable', 'NoSchedule');

/** @param hash of the revision that it is made from */
export function podOf(set: DaemonSet, nodeName: string, hash: string): Draft<Pod> {
  const draft = podFrom(set.spec.template, set);
  const { spec } = draft;
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      labels: {
        ...draft.metadata.labels,
        [revisionLabel]: hash,
        ...(generation !== undefined && { 'pod-template-generation': generation }),
      },
    },
    spec: { ...spec, affinity: onto(nodeName, spec.affinity), tolerations: tolerationsOf(spec) },
  };
}

/** The affinity with the node in every term: what the template asks for must hold besides. */
function onto(nodeName: string, affinity: Affinity = {}): Affinity {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
  const terms = affinity.nodeAffinity?.[must]?.nodeSelectorTerms ?? [{}];
  const nodeSelectorTerms = terms.map((term) => ({ ...term, matchFields }));
  return { ...affinity, nodeAffinity: { ...affinity.nodeAffinity, [must]: { nodeSelectorTerms } } };
}

function tolerationsOf({ tolerations = [], hostNetwork }: Pod['spec']): readonly Toleration[] {
  const own = hostNetwork === true ? [...always, onHostNetwork] : always;
  const isSame = (a: Toleration, b: Toleration) =>
    a.key === b.key && a.operator === b.operator && a.effect === b.effect && a.value === b.value;
  return [...tolerations, ...own.filter((one) => !tolerations.some((given) => isSame(given, one)))];
}

/** The node that a pod is on, or is made for. */
export function nodeNameOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  for (const { matchFields = [] } of spec.affinity?.nodeAffinity?.[must]?.nodeSelectorTerms ?? [])
    for (const { key, values = [] } of matchFields) if (key === 'metadata.name') return values[0] ?? '';
  return '';
}

export interface Fit {
  /** A node without a pod gets one. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly mayStay: boolean;
}

/** Whether a node is for the DaemonSet. Room on it does not count: a pod that finds none waits. */
export function fitOf(set: DaemonSet, node: Node): Fit {
  const { name, labels = {} } = node.metadata;
  const { spec } = set.spec.template;
  const pod = podOf(set, name, '') as Pod;
  const isFor = (spec?.nodeName ?? name) === name;
  if (!isFor || nodeIsWanted(pod, { name, labels } as NodeInfo) !== undefined)
    return { shouldRun: false, mayStay: false };
  const refused = (node.spec?.taints ?? []).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint),
  );
  return { shouldRun: refused.length === 0, mayStay: !refused.some(({ effect }) => effect === 'NoExecute') };
}
