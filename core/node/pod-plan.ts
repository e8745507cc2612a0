// Pod plan: what to do next for a pod. The kubelet's decision, as a pure function: wanted pod and what the runtime has in,
// steps out (in Kubernetes: kuberuntime, computePodActions).
//   init containers one by one, each to exit code 0; sidecars (restartPolicy Always) among them are only waited for until
//   they have started; then all containers; whatever ends is started again as the restart policy says, with back-off
// Always true: it changes nothing and waits for nothing; the same facts give the same plan; carrying out a plan and
// planning again comes to an end (no steps) unless the facts change.

import type { ContainerStatus } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { duration } from './back-off.ts';
import { currentRun, latestRun, type PodRuntime } from './pod-runtime.ts';

/** Why a container is not running; `state.waiting` of its status. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** A try that failed, and when the next one may be made (milliseconds since 1970). */
export interface Blocked extends Waiting {
  readonly until: number;
}

export interface PodFacts {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By container name; '' is the sandbox. */
  readonly blocked: Pick<ReadonlyMap<string, Blocked>, 'get'>;
  /** Containers (ids) that are to be stopped, with the reason: a probe failed, a hook failed. */
  readonly condemned: Pick<ReadonlyMap<string, string>, 'get'>;
  /** Containers (ids) that are being stopped. */
  readonly stopping: Pick<ReadonlySet<string>, 'has'>;
  /** Whether the container (id) has passed its startup probe, if it has one. */
  hasStarted(run: ContainerStatus): boolean;
  /** Milliseconds that the restart of an ended container still has to wait, and the whole back-off. */
  backOff(run: ContainerStatus): { readonly remaining: number; readonly delay: number };
}

export type Step =
  | { readonly do: 'run sandbox'; readonly attempt: number }
  | { readonly do: 'remove sandbox'; readonly id: string }
  | { readonly do: 'start'; readonly container: Container; readonly attempt: number }
  | { readonly do: 'stop'; readonly container: Container; readonly run: ContainerStatus; readonly message: string };

export interface Plan {
  readonly steps: readonly Step[];
  /** Why containers wait, by name: back-offs and failed tries. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** When to plan again even if nothing happens (milliseconds since 1970). */
  readonly again: number | undefined;
  /** The pod has run to its end: stop what is left of it. With a reason if it was ended. */
  readonly over: { readonly reason?: string; readonly message?: string } | undefined;
}

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

export const isTerminal = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

export function planPod(facts: PodFacts): Plan {
  const { pod, runtime, now } = facts;
  const planner = new Planner(facts);
  const { activeDeadlineSeconds } = pod.spec;
  if (activeDeadlineSeconds !== undefined && pod.status?.startTime !== undefined) {
    const deadline = Date.parse(pod.status.startTime) + activeDeadlineSeconds * 1000;
    if (deadline <= now) return planner.over(deadlineExceeded);
    planner.lookAt(deadline);
  }
  if (isOver(pod, runtime)) return planner.over({});
  const { sandbox } = runtime;
  if (sandbox?.state !== 'ready') {
    if (sandbox) planner.steps.push({ do: 'remove sandbox', id: sandbox.id });
    else if (!planner.isBlocked('')) planner.steps.push({ do: 'run sandbox', attempt: 0 });
    return planner.plan();
  }
  if (planner.initialize()) for (const container of pod.spec.containers) planner.keep(container);
  return planner.plan();
}

export const deadlineExceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

/** Whether nothing of the pod will run again: all containers have ended for good, or an init container has failed. */
export function isOver(pod: Pod, runtime: PodRuntime): boolean {
  if (isTerminal(pod.status?.phase)) return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (
    policy === 'Never' &&
    (pod.spec.initContainers ?? []).some((init) => !isSidecar(init) && hasFailed(latestRun(runtime, init.name)))
  ) {
    return true;
  }
  if (policy === 'Always') return false;
  return pod.spec.containers.every((container) => {
    const run = latestRun(runtime, container.name);
    return run?.state === 'exited' && (policy === 'Never' || run.exitCode === 0);
  });
}

const hasFailed = (run: ContainerStatus | undefined): boolean => run?.state === 'exited' && run.exitCode !== 0;

/** Collects one plan. */
class Planner {
  readonly steps: Step[] = [];
  readonly #facts: PodFacts;
  readonly #waiting = new Map<string, Waiting>();
  #again: number | undefined;

  constructor(facts: PodFacts) {
    this.#facts = facts;
  }

  plan(): Plan {
    return { steps: this.steps, waiting: this.#waiting, again: this.#again, over: undefined };
  }

  over(over: NonNullable<Plan['over']>): Plan {
    return { steps: [], waiting: this.#waiting, again: undefined, over };
  }

  lookAt(time: number): void {
    this.#again = Math.min(this.#again ?? Number.POSITIVE_INFINITY, time);
  }

  /** Whether a failed try still has to wait. */
  isBlocked(name: string): boolean {
    const blocked = this.#facts.blocked.get(name);
    if (!blocked) return false;
    const { reason, message } = blocked;
    this.#waiting.set(name, { reason, ...(message !== undefined && { message }) });
    if (blocked.until <= this.#facts.now) return false;
    this.lookAt(blocked.until);
    return true;
  }

  /** Brings the init containers forward; true when the pod's own containers may run. */
  initialize(): boolean {
    const { pod, runtime } = this.#facts;
    const begun = pod.spec.containers.some((container) => currentRun(runtime, container.name) !== undefined);
    for (const init of pod.spec.initContainers ?? []) {
      const run = currentRun(runtime, init.name);
      if (isSidecar(init)) {
        this.keep(init);
        const started = run?.state === 'running' && this.#facts.hasStarted(run);
        if (!started && !begun) return false;
      } else if (!begun) {
        if (run?.state === 'exited' && run.exitCode === 0) continue;
        if (run?.state !== 'running') this.#start(init);
        return false;
      }
    }
    return true;
  }

  /** Starts the container if it should run and does not, stops it if it should not run as it does. */
  keep(container: Container): void {
    const { pod, runtime, condemned, stopping } = this.#facts;
    const run = latestRun(runtime, container.name);
    if (run?.state !== 'running') {
      if (!run || run.state === 'created' || restarts(pod, container, run)) this.#start(container);
      return;
    }
    if (stopping.has(run.id)) return;
    const why =
      condemned.get(run.id) ??
      (run.config.image === container.image
        ? undefined
        : `Container ${container.name} definition changed, will be restarted`);
    if (why !== undefined) this.steps.push({ do: 'stop', container, run, message: why });
  }

  #start(container: Container): void {
    const { pod, runtime, now } = this.#facts;
    if (this.isBlocked(container.name)) return;
    const run = latestRun(runtime, container.name);
    if (run?.state === 'exited') {
      const { remaining, delay } = this.#facts.backOff(run);
      if (remaining > 0) {
        this.#waiting.set(container.name, crashLoop(pod, container, delay));
        return this.lookAt(now + remaining);
      }
    }
    const attempt = run === undefined ? 0 : run.state === 'exited' ? run.config.attempt + 1 : run.config.attempt;
    this.steps.push({ do: 'start', container, attempt });
  }
}

/** Whether an ended container is to be started again. */
function restarts(pod: Pod, container: Container, run: ContainerStatus): boolean {
  const policy = isSidecar(container) ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  return policy === 'Always' || (policy === 'OnFailure' && run.exitCode !== 0);
}

/** `web_default(8a6f...)`: how the kubelet's messages name a pod. */
export const podDescription = (pod: Pod): string =>
  `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

const crashLoop = (pod: Pod, container: Container, delay: number): Waiting => ({
  reason: 'CrashLoopBackOff',
  message: `back-off ${duration(delay)} restarting failed container=${container.name} pod=${podDescription(pod)}`,
});
