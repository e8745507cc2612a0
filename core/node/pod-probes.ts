// Pod probes: the probe workers of one pod's containers, and what their verdicts come to.
//   follow(runtime)     begins to ask containers that run now, stops asking those that ended
//   hasStarted, isReady what the status and the plan need to know
//   condemned           containers that are to be stopped, and why
// Always true: containers without probes cost nothing.

import type { Clock } from '../contracts/clock.ts';
import type { ContainerStatus } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { isSidecar } from './pod-plan.ts';
import { containerID, latestRun, type PodRuntime } from './pod-runtime.ts';
import { type ProbeKind, ProbeWorker } from './probe-worker.ts';
import type { Prober } from './prober.ts';
import { SparseMap } from './sparse.ts';

interface Workers {
  readonly run: ContainerStatus;
  readonly container: Container;
  started: boolean;
  startup?: ProbeWorker;
  liveness?: ProbeWorker;
  readiness?: ProbeWorker;
}

export interface PodProbesOptions {
  readonly prober: Prober;
  readonly clock: Clock;
  readonly runtimeName: string;
  /** The container's probe said no; becomes the event Unhealthy. */
  onUnhealthy(container: Container, kind: ProbeKind, message: string): void;
  /** A verdict has changed: status or plan may be different now. */
  onChange(): void;
}

export class PodProbes {
  readonly condemned = new SparseMap<string, string>();
  readonly #options: PodProbesOptions;
  #workers: Map<string, Workers> | undefined;

  constructor(options: PodProbesOptions) {
    this.#options = options;
  }

  follow(pod: Pod, runtime: PodRuntime): void {
    const containers = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
    for (const container of containers) {
      if (!container.startupProbe && !container.livenessProbe && !container.readinessProbe) continue;
      const run = latestRun(runtime, container.name);
      if (run?.state === 'running' && !this.#workers?.has(run.id)) this.#begin(pod, container, run, runtime);
    }
    for (const [id, workers] of this.#workers ?? []) {
      const run = latestRun(runtime, workers.container.name);
      if (run?.id !== id || run.state !== 'running') this.#end(id, workers);
    }
  }

  hasStarted(run: ContainerStatus): boolean {
    return this.#workers?.get(run.id)?.started ?? true;
  }

  isReady(run: ContainerStatus): boolean {
    return this.#workers?.get(run.id)?.readiness?.verdict ?? !this.#workers?.get(run.id)?.container.readinessProbe;
  }

  /** Only readiness is asked while a pod ends: it takes the pod out of service when its program lets go. */
  ending(): void {
    for (const workers of this.#workers?.values() ?? []) {
      workers.startup?.stop();
      workers.liveness?.stop();
    }
  }

  stop(): void {
    for (const [id, workers] of this.#workers ?? []) this.#end(id, workers);
  }

  #begin(pod: Pod, container: Container, run: ContainerStatus, runtime: PodRuntime): void {
    const reported = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
      (status) => status.containerID === containerID(this.#options.runtimeName, run.id),
    );
    // A kubelet that comes back goes on with what it had reported.
    const workers: Workers = { run, container, started: !container.startupProbe || reported?.started === true };
    this.#workers ??= new Map();
    this.#workers.set(run.id, workers);
    const address = runtime.sandbox?.address ?? '';
    if (workers.started) this.#askOn(workers, address, reported?.ready ?? false);
    else workers.startup = this.#worker('startup', workers, address, false);
  }

  /** The container has started: from now on it is asked whether it lives and is ready. */
  #askOn(workers: Workers, address: string, ready: boolean): void {
    const { livenessProbe, readinessProbe } = workers.container;
    if (livenessProbe) workers.liveness = this.#worker('liveness', workers, address, true);
    if (readinessProbe) workers.readiness = this.#worker('readiness', workers, address, ready);
  }

  #worker(kind: ProbeKind, workers: Workers, address: string, verdict: boolean): ProbeWorker {
    const { run, container } = workers;
    const { prober, clock } = this.#options;
    return new ProbeWorker({
      kind,
      probe: container[`${kind}Probe`] ?? {},
      asked: {
        sandboxId: run.sandboxId,
        containerId: run.id,
        address,
        port: (wanted) => portOf(container, wanted),
      },
      prober,
      clock,
      verdict,
      onFailure: (message) => this.#options.onUnhealthy(container, kind, message),
      onVerdict: (is) => {
        if (kind === 'startup' && is) {
          workers.started = true;
          this.#askOn(workers, address, false);
        } else if (kind !== 'readiness' && !is) {
          this.condemned.set(run.id, `Container ${container.name} failed ${kind} probe, will be restarted`);
        }
        this.#options.onChange();
      },
    });
  }

  #end(id: string, workers: Workers): void {
    workers.startup?.stop();
    workers.liveness?.stop();
    workers.readiness?.stop();
    this.#workers?.delete(id);
    this.condemned.delete(id);
  }
}

/** The number of a container's port. Throws an Error for a name that none of its ports has. */
export function portOf(container: Container, wanted: string | number): number {
  if (typeof wanted === 'number') return wanted;
  const named = container.ports?.find((port) => port.name === wanted);
  if (named) return named.containerPort;
  if (/^\d+$/.test(wanted)) return Number(wanted);
  throw new Error(`couldn't find port: "${wanted}" in container "${container.name}"`);
}
