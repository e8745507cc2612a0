// What a pod asks for: the sum of its containers' requests, or what its init containers need if that is more.
// Kubernetes: k8s.io/component-helpers/resource, PodRequests.
// The answer is kept by the spec: pods of one ReplicaSet share theirs, so it is worked out once.

import type { Resources } from '../contracts/scheduler.ts';
import type { Container } from '../model/container.ts';
import type { StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import { milliValue, parseQuantity, value } from '../model/quantity.ts';

/** Stand-ins for a container that asks for nothing, so that scores still see it (Kubernetes: DefaultMilliCPURequest). */
const defaultCpu = 100;
const defaultMemory = 200 * 1024 * 1024;

export interface PodResources extends Resources {
  /** CPU and memory with stand-ins for what was not asked for. */
  readonly nonZeroCpu: number;
  readonly nonZeroMemory: number;
}

const known = new WeakMap<Pod['spec'], PodResources>();

export function podResources(pod: Pod): PodResources {
  const before = known.get(pod.spec);
  if (before) return before;
  const asked = workOut(pod.spec);
  known.set(pod.spec, asked);
  return asked;
}

/** A quantity map (`{ cpu: '2', memory: '4Gi' }`) as numbers. */
export function toResources(quantities: StringMap | undefined, fallback: { readonly pods: number }): Resources {
  const of = { cpu: 0, memory: 0, pods: fallback.pods, ephemeralStorage: 0 };
  const extended: Record<string, number> = {};
  for (const [name, text] of Object.entries(quantities ?? {})) {
    const quantity = parseQuantity(text);
    if (name === 'cpu') of.cpu = Number(milliValue(quantity));
    else if (name === 'memory') of.memory = Number(value(quantity));
    else if (name === 'pods') of.pods = Number(value(quantity));
    else if (name === 'ephemeral-storage') of.ephemeralStorage = Number(value(quantity));
    else extended[name] = Number(value(quantity));
  }
  return Object.keys(extended).length > 0 ? { ...of, extended } : of;
}

type Amounts = Map<string, number>;

function workOut(spec: Pod['spec']): PodResources {
  const asked = podAmounts(spec, requests);
  const nonZero = podAmounts(spec, withStandIns);
  const extended = Object.fromEntries([...asked].filter(([name]) => !counted.has(name)));
  return {
    cpu: asked.get('cpu') ?? 0,
    memory: asked.get('memory') ?? 0,
    pods: 1,
    ephemeralStorage: asked.get('ephemeral-storage') ?? 0,
    ...(Object.keys(extended).length > 0 && { extended }),
    nonZeroCpu: nonZero.get('cpu') ?? 0,
    nonZeroMemory: nonZero.get('memory') ?? 0,
  };
}

const counted = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/**
 * Containers run together, so they add up. Init containers run one by one before them, each beside the sidecars
 * (init containers that restart) started so far. The pod needs the greater of the two, and its overhead on top.
 */
function podAmounts(spec: Pod['spec'], of: (container: Container) => Amounts): Amounts {
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === 'Always') {
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      const now = new Map(sidecars);
      add(now, own);
      raise(starting, now);
    }
  }
  const running: Amounts = new Map(sidecars);
  for (const container of spec.containers) add(running, of(container));
  raise(running, starting);
  add(running, amounts(spec.overhead));
  return running;
}

const requests = (container: Container): Amounts => amounts(container.resources?.requests);

function withStandIns(container: Container): Amounts {
  const asked = requests(container);
  if (!asked.has('cpu')) asked.set('cpu', defaultCpu);
  if (!asked.has('memory')) asked.set('memory', defaultMemory);
  return asked;
}

function amounts(quantities: StringMap | undefined): Amounts {
  const of: Amounts = new Map();
  for (const [name, text] of Object.entries(quantities ?? {})) {
    const quantity = parseQuantity(text);
    of.set(name, Number(name === 'cpu' ? milliValue(quantity) : value(quantity)));
  }
  return of;
}

function add(to: Amounts, more: Amounts): void {
  for (const [name, amount] of more) to.set(name, (to.get(name) ?? 0) + amount);
}

function raise(to: Amounts, atLeast: Amounts): void {
  for (const [name, amount] of atLeast) to.set(name, Math.max(to.get(name) ?? 0, amount));
}
