// Quality of service: which pods go first when a node runs short (Kubernetes, pkg/apis/core/v1/helper/qos).
//   Guaranteed   every container asks for exactly what it may use, CPU and memory
//   BestEffort   no container asks for anything
//   Burstable    all others

import type { PodSpec } from './pod-spec.ts';
import { compare } from './quantity.ts';

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

export function qualityOfService(spec: PodSpec): QualityOfService {
  let asksForSomething = false;
  let guaranteed = true;
  for (const { resources } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    for (const name of counted) {
      const limit = resources?.limits?.[name];
      const request = resources?.requests?.[name];
      if (isSome(limit) || isSome(request)) asksForSomething = true;
      if (!isSome(limit) || (request !== undefined && compare(request, limit) !== 0)) guaranteed = false;
    }
  }
  if (!asksForSomething) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const isSome = (quantity: string | undefined): quantity is string => quantity !== undefined && compare(quantity, 0) > 0;
