// Pod steps: carries out what a plan asks for: the sandbox, a container's start, a container's stop. Remembers what failed
// and until when, for the next plan.
// Always true: what takes long (a stop with its hook and grace) runs beside the pod's other business; a try that failed
// for a reason that is known becomes `blocked`, one that nobody foresaw is thrown.

import { type ContainerStatus, MountError } from '../contracts/container-runtime.ts';
import type { Container } from '../model/container.ts';
import type { Pod } from '../model/pod.ts';
import { BackOff } from './back-off.ts';
import { startContainer } from './container-start.ts';
import { fieldPathOf, stopContainer } from './container-stop.ts';
import type { NodeContext } from './node-context.ts';
import { type Blocked, type Plan, podDescription, type Step } from './pod-plan.ts';
import type { PodProbes } from './pod-probes.ts';
import { latestRun, type PodRuntime } from './pod-runtime.ts';
import type { PodSandbox } from './pod-sandbox.ts';
import { type Ending, SparseMap } from './sparse.ts';

/** Milliseconds until a sandbox is tried again that could not be made. */
const pause = 10_000;

type StepOf<K extends Step['do']> = Extract<Step, { readonly do: K }>;

export const allContainers = (pod: Pod) => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

export interface PodStepsOptions {
  readonly node: NodeContext;
  readonly sandbox: PodSandbox;
  readonly probes: PodProbes;
  /** Given when the pod is to end. */
  readonly ending: Ending;
  /** The newest version that is known. */
  pod(): Pod;
  /** A container has been stopped: look again. */
  onStopped(): void;
}

export class PodSteps {
  /** Tries that failed, by container name; '' is the sandbox. */
  readonly blocked = new SparseMap<string, Blocked>();
  /** Containers (ids) that are being stopped. */
  readonly stopping = new SparseMap<string, true>();
  readonly #options: PodStepsOptions;
  /** The runs whose back-off was told of, by container name. */
  readonly #told = new SparseMap<string, string>();
  readonly #mountBackOff = new BackOff(500, 122_000);

  constructor(options: PodStepsOptions) {
    this.#options = options;
  }

  /** How long the restart of an ended container still has to wait, and the whole back-off. Milliseconds. */
  backOff(run: ContainerStatus): { readonly remaining: number; readonly delay: number } {
    const { clock, restartBackOff } = this.#options.node;
    const key = this.#backOffKey(run.config.name);
    const since = run.finishedAt ?? run.createdAt;
    return { remaining: restartBackOff.remaining(key, since, clock.now()), delay: restartBackOff.delay(key) };
  }

  forgetBackOffs(): void {
    const { node, pod } = this.#options;
    for (const { name } of allContainers(pod())) node.restartBackOff.forget(this.#backOffKey(name));
  }

  async carryOut(step: Step, seen: PodRuntime): Promise<void> {
    const { node, sandbox, pod } = this.#options;
    if (step.do === 'stop') return this.#stopContainer(step, seen);
    if (step.do === 'remove sandbox') {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      node.recorder.event(pod(), 'Normal', 'SandboxChanged', message);
      return sandbox.remove(seen);
    }
    const name = step.do === 'start' ? step.container.name : '';
    let blocked: Blocked | undefined;
    try {
      if (step.do === 'start') blocked = await this.#startContainer(step, seen);
      else await sandbox.run(pod());
    } catch (error) {
      blocked = this.#failed(step, error);
    }
    if (blocked) this.blocked.set(name, blocked);
    else this.blocked.delete(name);
  }

  /** No volumes, or no sandbox: the pod goes on being created, and says why in an event. */
  #failed(step: StepOf<'start' | 'run sandbox'>, error: unknown): Blocked {
    const { node, pod } = this.#options;
    const { clock, recorder } = node;
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof MountError) {
      recorder.event(pod(), 'Warning', 'FailedMount', why);
      this.#mountBackOff.next('', clock.now());
      return { reason: 'ContainerCreating', until: clock.now() + this.#mountBackOff.delay('') };
    }
    if (step.do === 'start') throw error;
    recorder.event(pod(), 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
    return { reason: 'ContainerCreating', until: clock.now() + pause };
  }

  async #startContainer({ container, attempt }: StepOf<'start'>, seen: PodRuntime): Promise<Blocked | undefined> {
    const { node, probes, ending } = this.#options;
    const pod = this.#options.pod();
    const { sandbox } = seen;
    if (!sandbox) return undefined;
    const ended = latestRun(seen, container.name);
    // Counted once a run, also when its successor does not come about at the first try.
    if (ended?.state === 'exited' && !this.blocked.has(container.name)) {
      node.restartBackOff.next(this.#backOffKey(container.name), ended.finishedAt ?? ended.createdAt);
    }
    const request = {
      pod,
      container,
      attempt,
      sandbox,
      runtime: seen,
      contents: await this.#options.sandbox.volumes(pod, sandbox),
      context: this.#options.sandbox.context(sandbox),
      before: this.blocked.get(container.name),
      signal: ending.signal,
      condemn: (id: string, message: string) => void probes.condemned.set(id, message),
    };
    return startContainer(request, node);
  }

  /** Stops one container beside the pod's other business. */
  #stopContainer({ container, run, message }: StepOf<'stop'>, { sandbox }: PodRuntime): void {
    const { node, probes, ending, onStopped } = this.#options;
    const pod = this.#options.pod();
    const grace = (graceOf(container, message) ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const stopped = () => {
      this.stopping.delete(run.id);
      probes.condemned.delete(run.id);
      onStopped();
    };
    this.stopping.set(run.id, true);
    const address = sandbox?.address ?? '';
    stopContainer(pod, container, run, address, message, grace, node, ending).then(stopped, stopped);
  }

  /** A container that begins to wait for its restart is told of, once a run. */
  tellBackOffs(pod: Pod, seen: PodRuntime, plan: Plan): void {
    for (const container of allContainers(pod)) {
      if (plan.waiting.get(container.name)?.reason !== 'CrashLoopBackOff') continue;
      const id = latestRun(seen, container.name)?.id;
      if (id === undefined || this.#told.get(container.name) === id) continue;
      this.#told.set(container.name, id);
      const message = `Back-off restarting failed container ${container.name} in pod ${podDescription(pod)}`;
      this.#options.node.recorder.event(pod, 'Warning', 'BackOff', message, undefined, fieldPathOf(pod, container));
    }
  }

  #backOffKey(container: string): string {
    return `${this.#options.pod().metadata.uid}/${container}`;
  }
}

/** Seconds that the failed probe itself gives the container to end; undefined: the pod says it. */
function graceOf({ livenessProbe, startupProbe }: Container, message: string): number | undefined {
  if (message.includes('failed startup probe')) return startupProbe?.terminationGracePeriodSeconds;
  if (message.includes('failed liveness probe')) return livenessProbe?.terminationGracePeriodSeconds;
  return undefined;
}
