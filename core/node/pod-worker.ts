// Pod worker: looks after one pod on one node, from the first look to its removal.
//   look at what the runtime has > plan (pod-plan.ts) > report the status (pod-status.ts) > carry out (pod-steps.ts)
//   > look again; and when it is to end, look by look to the end (pod-finish.ts)
// Always true: one look at a time a pod; a change during it makes it look once more; what takes long (stopping, hooks)
// runs beside it; a pod at rest costs no timer; all state that matters can be read back from the runtime and the API.
// In Kubernetes: pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod).

import type { Cancel } from '../contracts/clock.ts';
import { MountError, type SandboxStatus } from '../contracts/container-runtime.ts';
import type { Pod } from '../model/pod.ts';
import { fieldPathOf } from './container-stop.ts';
import type { NodeContext } from './node-context.ts';
import { type Over, PodFinish } from './pod-finish.ts';
import { isTerminal, type Plan, planPod, type Waiting } from './pod-plan.ts';
import { PodProbes } from './pod-probes.ts';
import { PodReporter } from './pod-reporter.ts';
import type { PodRuntime } from './pod-runtime.ts';
import { PodSandbox } from './pod-sandbox.ts';
import { PodSteps } from './pod-steps.ts';
import { Ending } from './sparse.ts';

/** Milliseconds until a look is repeated that failed in a way nobody foresaw. */
const pause = 10_000;
/** Milliseconds until the API is asked again that could not be reached. */
const apiPause = 1_000;

export class PodWorker {
  readonly #node: NodeContext;
  readonly #probes: PodProbes;
  readonly #reporter: PodReporter;
  readonly #sandbox: PodSandbox;
  readonly #steps: PodSteps;
  readonly #finish: PodFinish;
  /** Of the pod. */
  readonly #ending = new Ending();
  /** The kubelet ends, or the pod is no more. */
  #left = false;
  #over: Over | undefined;
  /** The API has no such pod any more. */
  #gone = false;
  #dirty = false;
  #looking: Promise<void> | undefined;
  #timer: Cancel | undefined;

  /** @param onSandbox told of each sandbox it has; @param onGone told when nothing is left of the pod */
  constructor(pod: Pod, node: NodeContext, onSandbox: (id: string) => void, onGone: () => void) {
    this.#node = node;
    this.#reporter = new PodReporter(pod, node);
    this.#sandbox = new PodSandbox(pod, node, onSandbox);
    this.#probes = new PodProbes({
      prober: node.prober,
      clock: node.clock,
      runtimeName: node.runtime.name,
      onUnhealthy: (container, kind, message) => {
        const text = `${kind[0]?.toUpperCase()}${kind.slice(1)} probe failed: ${message}`;
        node.recorder.event(this.pod, 'Warning', 'Unhealthy', text, undefined, fieldPathOf(this.pod, container));
      },
      onChange: () => this.look(),
    });
    const latest = () => this.pod;
    this.#steps = new PodSteps({
      node,
      sandbox: this.#sandbox,
      probes: this.#probes,
      ending: this.#ending,
      pod: latest,
      onStopped: () => this.look(),
    });
    this.#finish = new PodFinish({
      node,
      sandbox: this.#sandbox,
      probes: this.#probes,
      pod: latest,
      report: (seen, over) => this.#report(seen, new Map(), over),
      lookIn: (milliseconds) => this.#lookIn(milliseconds),
      onGone: () => {
        this.#steps.forgetBackOffs();
        this.#left = true;
        onGone();
      },
    });
  }

  /** The newest version that is known. */
  get pod(): Pod {
    return this.#reporter.pod;
  }

  /** A kubelet that comes back: this sandbox is the pod's. */
  adopt(sandbox: SandboxStatus): void {
    this.#sandbox.adopt(sandbox);
  }

  /** The API has a newer version of the pod. */
  update(pod: Pod): void {
    // What failed with the former spec may work with this one.
    if (pod.metadata.generation !== this.pod.metadata.generation) this.#steps.blocked.clear();
    this.#reporter.update(pod);
    if (pod.metadata.deletionTimestamp !== undefined) this.#ending.come();
    this.look();
  }

  /** The API has no such pod any more. */
  remove(pod: Pod): void {
    this.#reporter.update(pod);
    this.#gone = true;
    this.#ending.come();
    this.look();
  }

  /** Something has changed: look again. */
  look(): void {
    this.#dirty = true;
    if (!this.#left) this.#looking ??= this.#run();
  }

  /** Why a container waits, for whoever asks for its logs. */
  waiting(name: string): Waiting | undefined {
    return this.#steps.blocked.get(name);
  }

  /** Lets running containers see what has changed in their volumes. Does not throw. */
  async refreshVolumes(): Promise<void> {
    if (this.#ending.hasCome || isTerminal(this.pod.status?.phase)) return;
    try {
      await this.#sandbox.refresh(this.pod);
    } catch (error) {
      // What cannot be reached now is read in the next round; what is mounted stays.
      if (error instanceof MountError) this.#node.recorder.event(this.pod, 'Warning', 'FailedMount', error.message);
    }
  }

  runtime(): Promise<PodRuntime> {
    return this.#sandbox.look();
  }

  /** The kubelet ends; the pod stays as it is. */
  async stop(): Promise<void> {
    this.#left = true;
    this.#ending.come();
    this.#timer?.();
    this.#probes.stop();
    this.#finish.leave();
    await this.#looking;
    this.#timer?.();
    this.#probes.stop();
  }

  async #run(): Promise<void> {
    while (this.#dirty && !this.#left) {
      this.#dirty = false;
      this.#timer?.();
      this.#timer = undefined;
      try {
        await this.#sync();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.#node.recorder.event(this.pod, 'Warning', 'FailedSync', `error syncing pod: ${message}`);
        this.#lookIn(pause);
      }
    }
    this.#looking = undefined;
  }

  async #sync(): Promise<void> {
    const { pod } = this;
    const seen = await this.#sandbox.look();
    if (this.#gone || pod.metadata.deletionTimestamp !== undefined)
      return this.#finish.look(seen, this.#over ?? {}, this.#gone);
    const plan = planPod(this.#facts(pod, seen));
    if (plan.over) {
      if (!this.#over && plan.over.reason !== undefined) {
        this.#node.recorder.event(pod, 'Normal', plan.over.reason, plan.over.message ?? '');
      }
      this.#over ??= plan.over;
      return this.#finish.look(seen, this.#over, this.#gone);
    }
    this.#probes.follow(pod, seen);
    this.#steps.tellBackOffs(pod, seen, plan);
    // As in Kubernetes, a pod that is being started is told of when its containers have been.
    const reported = isJustStarting(seen, plan) || (await this.#report(seen, plan.waiting, undefined));
    // A newer version came with the answer: plan for that one.
    if (this.pod.metadata.deletionTimestamp !== undefined) return this.look();
    for (const step of plan.steps) {
      if (this.#ending.hasCome) break;
      await this.#steps.carryOut(step, seen);
    }
    if (plan.steps.some((step) => step.do !== 'stop')) return this.look();
    this.#sandbox.forgetVolumes();
    if (this.#steps.stopping.size === 0) this.#ending.release();
    if (!reported) this.#lookIn(apiPause);
    else if (plan.again !== undefined) this.#lookIn(plan.again - this.#node.clock.now());
  }

  #facts(pod: Pod, runtime: PodRuntime): Parameters<typeof planPod>[0] {
    return {
      pod,
      runtime,
      now: this.#node.clock.now(),
      blocked: this.#steps.blocked,
      condemned: this.#probes.condemned,
      stopping: this.#steps.stopping,
      hasStarted: (run) => this.#probes.hasStarted(run),
      backOff: (run) => this.#steps.backOff(run),
    };
  }

  #report(runtime: PodRuntime, waiting: ReadonlyMap<string, Waiting>, over: Over | undefined): Promise<boolean> {
    return this.#reporter.report({
      runtime,
      waiting,
      hasStarted: (run) => this.#probes.hasStarted(run),
      isReady: (run) => this.#probes.isReady(run),
      ...(over && { over }),
    });
  }

  #lookIn(milliseconds: number): void {
    if (this.#left) return;
    if (milliseconds <= 0) return this.look();
    this.#timer?.();
    this.#timer = this.#node.clock.schedule(milliseconds, () => this.look());
  }
}

/** It has a sandbox by now, and everything that is planned is the first start of its containers. */
const isJustStarting = ({ sandbox, runs }: PodRuntime, { steps, waiting }: Plan): boolean =>
  sandbox !== undefined && runs.size === 0 && waiting.size === 0 && steps.some((step) => step.do === 'start');
