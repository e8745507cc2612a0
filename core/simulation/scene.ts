// Scene: what there is before the first pod of a scenario comes: nodes, namespaces, PriorityClasses, the scenario's own objects.
// Always true: what the API would refuse is told before time begins, with its line in the file.

import { ConfigurationError } from '../cluster/configuration-error.ts';
import { nearest } from '../cluster/nearest.ts';
import type { NodeConfig } from '../cluster/settings.ts';
import type { Locate } from '../cluster/yaml-lines.ts';
import { Namespaces } from '../model/namespace.ts';
import { PriorityClasses } from '../model/priority-class.ts';
import { ApiError } from '../model/status.ts';
import { createObject } from './perform.ts';
import { priorityClassOf } from './pod-draft.ts';
import type { NodePool } from './scenario.ts';
import type { Trace } from './trace.ts';
import { WorkloadSource } from './workload-source.ts';
import type { World } from './world.ts';

/** A pool's nodes, as the cluster is told of them. */
export function nodesOf({ name, count = 1, capacity, labels, zones, taints }: NodePool): NodeConfig[] {
  const quantities = Object.entries(capacity ?? {}).map(([key, amount]) => [key, String(amount)]);
  return Array.from({ length: count }, (_, index) => {
    const zone = zones?.[index % zones.length];
    return {
      name: `${name}-${index + 1}`,
      labels: { pool: name, ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }), ...labels },
      ...(taints && { taints }),
      capacity: Object.fromEntries(quantities),
    };
  });
}

/** The workloads at work, by name. Nothing comes before `begin`. */
export function sourcesOf(
  world: World,
  traces: ReadonlyMap<string, Trace> = new Map(),
): ReadonlyMap<string, WorkloadSource> {
  const sources = (world.spec.workloads ?? []).map((workload) => {
    const { trace } = workload.arrivals ?? {};
    const rows = trace === undefined ? undefined : traces.get(trace);
    if (trace !== undefined && !rows) throw new Error(`workload ${workload.name}: trace ${trace} was not read`);
    return [workload.name, new WorkloadSource(workload, world, rows)] as const;
  });
  return new Map(sources);
}

/**
 * Makes what the workloads need, and asks the API what it would say to a pod of each.
 * @param at where in the file something is
 * @throws ConfigurationError
 */
export async function setScene(
  world: World,
  sources: ReadonlyMap<string, WorkloadSource>,
  at: Locate,
  traces: ReadonlyMap<string, Trace> = new Map(),
): Promise<void> {
  const { client, spec } = world;
  const { objects = [], workloads = [] } = spec;
  checkFaults(world, at);
  const saying = async (path: readonly (string | number)[], work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConfigurationError)) throw error;
      throw new ConfigurationError(`${at(['spec', ...path])}: spec.${path.join('.')}: ${error.message}`);
    }
  };
  const wishes = [...workloads, ...[...traces.values()].flatMap(({ rows }) => rows)];
  const namespaces = new Set(wishes.flatMap(({ namespace }) => namespace ?? []));
  const priorities = new Set(wishes.flatMap(({ priority }) => priority ?? []));
  for (const name of [...namespaces].sort()) {
    await unlessThere(client.of(Namespaces).create({ metadata: { name } }));
  }
  for (const value of [...priorities].sort((a, b) => a - b)) {
    await client.of(PriorityClasses).create({ metadata: { name: priorityClassOf(value) }, value });
  }
  for (const [index, object] of objects.entries()) {
    await saying(['objects', index], () => createObject(world, object));
  }
  for (const [index, { name }] of workloads.entries()) {
    await saying(['workloads', index], () => sources.get(name)!.check());
  }
}

/** Only the cluster knows what its components are called. */
function checkFaults({ spec, cluster }: World, at: Locate): void {
  const known = ['scheduler', 'controllers', 'kubelets', ...cluster.components.map(({ name }) => name)];
  spec.faults?.forEach(({ of = [] }, index) => {
    const wrong = of.find((name) => !known.includes(name));
    if (wrong === undefined) return;
    throw new ConfigurationError(
      `${at(['spec', 'faults', index, 'of'])}: spec.faults.${index}.of: there is no component ${wrong}${nearest(wrong, known)}; give scheduler, controllers, kubelets, or one by name`,
    );
  });
}

async function unlessThere(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 409)) throw error;
  }
}
