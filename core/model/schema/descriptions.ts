// Descriptions: what `kubectl explain` says of a type or a field. Written here for kinds that people meet for the first time;
// of the others it shows the types alone.
// In real Kubernetes: every type and field, from the comments of k8s.io/api.

import { workloadTexts } from './workload-descriptions.ts';

const texts: Readonly<Record<string, string>> = {
  ...workloadTexts,
  'scheduling.v1.PriorityClass':
    'PriorityClass gives a name to a priority. A pod that names it in spec.priorityClassName gets its value: pods of higher value are scheduled first, and may make pods of lower value give way.',
  'scheduling.v1.PriorityClass.value':
    'The priority of the pods of this class: the higher, the more important; at most 1000000000. It cannot be changed.',
  'scheduling.v1.PriorityClass.globalDefault':
    'Whether pods that name no class get this one. Only one class can be the default. Pods that are there already keep what they have.',
  'scheduling.v1.PriorityClass.description': 'When to use this class, in words for people.',
  'scheduling.v1.PriorityClass.preemptionPolicy':
    'PreemptLowerPriority (the default): its pods may make less important ones give way. Never: they only go before them in the queue. It cannot be changed.',
  'policy.v1.PodDisruptionBudget':
    'PodDisruptionBudget limits how many pods of a set may be taken away at the same time on purpose: by an eviction (kubectl drain), or, where it can be helped, by preemption.',
  'policy.v1.PodDisruptionBudget.spec': 'Which pods, and how many of them must stay.',
  'policy.v1.PodDisruptionBudget.status':
    'How many pods there are, and how many may go now. Written by the disruption controller.',
  'policy.v1.PodDisruptionBudgetSpec.minAvailable':
    'An eviction is allowed if so many of the pods are still there after it: a number, or a share of the wanted number such as 50%. "100%" allows none.',
  'policy.v1.PodDisruptionBudgetSpec.maxUnavailable':
    'An eviction is allowed if no more than so many of the wanted pods are missing after it: a number, or a share such as 50%. 0 allows none. Give this or minAvailable, not both.',
  'policy.v1.PodDisruptionBudgetSpec.selector':
    'The pods that the budget is about. None: no pod. An empty one ({}): all pods of the namespace.',
  'policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy':
    'Whether pods that run and are not Ready may be evicted. IfHealthyBudget (the default): only while as many as needed are Ready. AlwaysAllow: at any time.',
  'policy.v1.PodDisruptionBudgetStatus.disruptionsAllowed': 'How many pods may be evicted now.',
  'policy.v1.PodDisruptionBudgetStatus.currentHealthy': 'How many pods are Ready.',
  'policy.v1.PodDisruptionBudgetStatus.desiredHealthy': 'How many pods must be Ready at least.',
  'policy.v1.PodDisruptionBudgetStatus.expectedPods':
    'How many pods there ought to be: those that are there, or, for shares, what their controllers want.',
  'policy.v1.PodDisruptionBudgetStatus.disruptedPods':
    'Pods whose eviction was allowed and that are not yet seen going, with the time; they count as gone, for two minutes at most.',
  'policy.v1.PodDisruptionBudgetStatus.conditions':
    'DisruptionAllowed: whether a pod may go now, with the reasons SufficientPods, InsufficientPods or SyncFailed.',
  'policy.v1.PodDisruptionBudgetStatus.observedGeneration': 'The generation of the spec that these numbers belong to.',
  'core.v1.PodSpec.priorityClassName':
    'Name of the PriorityClass that says how important the pod is. Without one it gets the class that is the default, or the priority 0.',
  'core.v1.PodSpec.priority': 'How important the pod is, from its class; filled in by the API server.',
  'core.v1.PodSpec.preemptionPolicy':
    'Whether the pod may make less important ones give way, from its class; filled in by the API server.',
  'core.v1.PodStatus.nominatedNodeName':
    'The node where less important pods are made to give way to this one. It may still be placed on another node.',
};

/** @param name `policy.v1.PodDisruptionBudget`, or with a field: `policy.v1.PodDisruptionBudget.spec` */
export const descriptionOf = (name: string): string | undefined =>
  Object.hasOwn(texts, name) ? texts[name] : undefined;

/** All that is described. */
export const describedNames = (): string[] => Object.keys(texts);
