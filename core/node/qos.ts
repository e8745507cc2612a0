// Quality of service: which pods are given up first when a node runs short (in Kubernetes: core/v1/helper/qos).
//   Guaranteed   every container has limits for CPU and memory, and asks for as much
//   BestEffort   no container asks for or limits anything
//   Burstable    all others

import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { compare } from '../model/quantity.ts';

const counted = ['cpu', 'memory'];

export function qosClass(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  if (containers.every(asksForNothing)) return 'BestEffort';
  return containers.every(getsAllItMayUse) ? 'Guaranteed' : 'Burstable';
}

const isSet = (amount: string | undefined): amount is string => amount !== undefined && compare(amount, '0') > 0;

function asksForNothing(container: Container): boolean {
  const { requests, limits } = container.resources ?? {};
  return counted.every((name) => !isSet(requests?.[name]) && !isSet(limits?.[name]));
}

function getsAllItMayUse(container: Container): boolean {
  const { requests, limits } = container.resources ?? {};
  return counted.every((name) => {
    const limit = limits?.[name];
    return isSet(limit) && compare(requests?.[name] ?? limit, limit) === 0;
  });
}
