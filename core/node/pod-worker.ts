// Pod worker: looks after one pod on one node, from the first look to its removal.
//   look at what the runtime has > plan (pod-plan.ts) > report the status (pod-status.ts) > carry out > look again
// Always true: one look at a time a pod; a change during it makes it look once more; what takes long (stopping, hooks)
// runs beside it; a pod at rest costs no timer; all state that matters can be read back from the runtime and the API.
// In Kubernetes: pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod).

import type { Cancel } from '../contracts/clock.ts';
import type { SandboxStatus } from '../contracts/container-runtime.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { BackOff } from './back-off.ts';
import { startContainer } from './container-start.ts';
import { fieldPathOf, PodEnd, stopContainer } from './container-stop.ts';
import type { NodeContext } from './node-context.ts';
import { type Blocked, type Plan, planPod, podDescription, type Step, type Waiting } from './pod-plan.ts';
import { PodProbes } from './pod-probes.ts';
import { PodReporter } from './pod-reporter.ts';
import { isAlive, latestRun, type PodRuntime } from './pod-runtime.ts';
import { PodSandbox } from './pod-sandbox.ts';
import { MountError } from './volumes.ts';

/** Milliseconds until a look is repeated that failed in a way nobody foresaw. */
const pause = 10_000;
/** Milliseconds until the API is asked again that could not be reached. */
const apiPause = 1_000;

type Over = NonNullable<Plan['over']>;
type StepOf<K extends Step['do']> = Extract<Step, { readonly do: K }>;

const allContainers = (pod: Pod) => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

export class PodWorker {
  readonly #node: NodeContext;
  readonly #probes: PodProbes;
  readonly #reporter: PodReporter;
  readonly #sandbox: PodSandbox;
  readonly #onGone: () => void;
  readonly #blocked = new Map<string, Blocked>();
  readonly #stopping = new Set<string>();
  /** The runs whose back-off was told of, by container name. */
  readonly #told = new Map<string, string>();
  readonly #mountBackOff = new BackOff(500, 122_000);
  /** Given when the pod is to end. */
  readonly #ending = new AbortController();
  /** Given when the kubelet ends. */
  readonly #leaving = new AbortController();
  #end: PodEnd | undefined;
  #over: Over | undefined;
  /** The API has no such pod any more. */
  #gone = false;
  /** The API was asked to remove it. */
  #removed = false;
  #dirty = false;
  #looking: Promise<void> | undefined;
  #timer: Cancel | undefined;

  /** @param onSandbox told of each sandbox it has; @param onGone told when nothing is left of the pod */
  constructor(pod: Pod, node: NodeContext, onSandbox: (id: string) => void, onGone: () => void) {
    this.#node = node;
    this.#onGone = onGone;
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
    if (pod.metadata.generation !== this.pod.metadata.generation) this.#blocked.clear();
    this.#reporter.update(pod);
    if (pod.metadata.deletionTimestamp !== undefined) this.#ending.abort();
    this.look();
  }

  /** The API has no such pod any more. */
  remove(pod: Pod): void {
    this.#reporter.update(pod);
    this.#gone = true;
    this.#ending.abort();
    this.look();
  }

  /** Something has changed: look again. */
  look(): void {
    this.#dirty = true;
    if (!this.#leaving.signal.aborted) this.#looking ??= this.#run();
  }

  /** Why a container waits, for whoever asks for its logs. */
  waiting(name: string): Waiting | undefined {
    return this.#blocked.get(name);
  }

  runtime(): Promise<PodRuntime> {
    return this.#sandbox.look();
  }

  /** The kubelet ends; the pod stays as it is. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    this.#ending.abort();
    this.#timer?.();
    this.#probes.stop();
    this.#end?.leave();
    await this.#looking;
    this.#timer?.();
    this.#probes.stop();
  }

  async #run(): Promise<void> {
    while (this.#dirty && !this.#leaving.signal.aborted) {
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
    if (this.#gone || pod.metadata.deletionTimestamp !== undefined) return this.#finish(seen, this.#over ?? {});
    const plan = planPod(this.#facts(pod, seen));
    if (plan.over) {
      this.#over ??= plan.over;
      return this.#finish(seen, this.#over);
    }
    this.#probes.follow(pod, seen);
    this.#tellBackOffs(pod, seen, plan);
    const reported = await this.#report(seen, plan.waiting, undefined);
    // A newer version came with the answer: plan for that one.
    if (this.pod.metadata.deletionTimestamp !== undefined) return this.look();
    for (const step of plan.steps) {
      if (this.#ending.signal.aborted) break;
      await this.#carryOut(step, seen);
    }
    if (plan.steps.some((step) => step.do !== 'stop')) return this.look();
    this.#sandbox.forgetVolumes();
    if (!reported) this.#lookIn(apiPause);
    else if (plan.again !== undefined) this.#lookIn(plan.again - this.#node.clock.now());
  }

  #facts(pod: Pod, runtime: PodRuntime): Parameters<typeof planPod>[0] {
    const { clock, restartBackOff } = this.#node;
    return {
      pod,
      runtime,
      now: clock.now(),
      blocked: this.#blocked,
      condemned: this.#probes.condemned,
      stopping: this.#stopping,
      hasStarted: (run) => this.#probes.hasStarted(run),
      backOff: (run) => {
        const key = this.#backOffKey(run.config.name);
        const since = run.finishedAt ?? run.createdAt;
        return { remaining: restartBackOff.remaining(key, since, clock.now()), delay: restartBackOff.delay(key) };
      },
    };
  }

  async #carryOut(step: Step, seen: PodRuntime): Promise<void> {
    if (step.do === 'stop') return this.#stopContainer(step, seen);
    if (step.do === 'remove sandbox') {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      this.#node.recorder.event(this.pod, 'Normal', 'SandboxChanged', message);
      return this.#sandbox.remove(seen);
    }
    const name = step.do === 'start' ? step.container.name : '';
    let blocked: Blocked | undefined;
    try {
      if (step.do === 'start') blocked = await this.#startContainer(step, seen);
      else await this.#sandbox.run(this.pod);
    } catch (error) {
      blocked = this.#failed(step, error);
    }
    if (blocked) this.#blocked.set(name, blocked);
    else this.#blocked.delete(name);
  }

  /** No volumes, or no sandbox: the pod goes on being created, and says why in an event. */
  #failed(step: StepOf<'start' | 'run sandbox'>, error: unknown): Blocked {
    const { clock, recorder } = this.#node;
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof MountError) {
      recorder.event(this.pod, 'Warning', 'FailedMount', why);
      this.#mountBackOff.next('', clock.now());
      return { reason: 'ContainerCreating', until: clock.now() + this.#mountBackOff.delay('') };
    }
    if (step.do === 'start') throw error;
    recorder.event(this.pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
    return { reason: 'ContainerCreating', until: clock.now() + pause };
  }

  async #startContainer({ container, attempt }: StepOf<'start'>, seen: PodRuntime): Promise<Blocked | undefined> {
    const { pod } = this;
    const { sandbox } = seen;
    if (!sandbox) return undefined;
    const ended = latestRun(seen, container.name);
    // Counted once a run, also when its successor does not come about at the first try.
    if (ended?.state === 'exited' && !this.#blocked.has(container.name)) {
      this.#node.restartBackOff.next(this.#backOffKey(container.name), ended.finishedAt ?? ended.createdAt);
    }
    const request = {
      pod,
      container,
      attempt,
      sandbox,
      runtime: seen,
      contents: await this.#sandbox.volumes(pod, sandbox),
      context: this.#sandbox.context(sandbox),
      signal: this.#ending.signal,
      condemn: (id: string, message: string) => void this.#probes.condemned.set(id, message),
    };
    return startContainer(request, this.#node);
  }

  /** Stops one container beside the pod's other business. */
  #stopContainer({ container, run, message }: StepOf<'stop'>, { sandbox }: PodRuntime): void {
    const { pod } = this;
    this.#stopping.add(run.id);
    const { livenessProbe, startupProbe } = container;
    const seconds =
      livenessProbe?.terminationGracePeriodSeconds ??
      startupProbe?.terminationGracePeriodSeconds ??
      pod.spec.terminationGracePeriodSeconds ??
      30;
    const grace = seconds * 1000;
    stopContainer(pod, container, run, sandbox?.address ?? '', message, grace, this.#node, this.#ending.signal).then(
      () => this.#stopped(run.id),
      () => this.#stopped(run.id),
    );
  }

  #stopped(id: string): void {
    this.#stopping.delete(id);
    this.#probes.condemned.delete(id);
    this.look();
  }

  /** Brings the pod to its end: nothing runs, the last status is reported, and if it was deleted, it is removed. */
  async #finish(seen: PodRuntime, over: Over): Promise<void> {
    const { pod } = this;
    if ([...seen.runs.values()].flat().some(isAlive)) return this.#stopAll(seen);
    this.#probes.stop();
    if (this.#end) return;
    if (seen.sandbox?.state === 'ready') {
      await this.#node.runtime.stopSandbox(seen.sandbox.id);
      return this.look();
    }
    if (this.#gone) {
      await this.#sandbox.remove(seen);
      for (const { name } of allContainers(pod)) this.#node.restartBackOff.forget(this.#backOffKey(name));
      this.#leaving.abort();
      return this.#onGone();
    }
    // There is nothing to say of a pod that nothing was ever started of.
    const reported = seen.runs.size === 0 || (await this.#report(seen, new Map(), over));
    if (!reported) return this.#lookIn(apiPause);
    if (pod.metadata.deletionTimestamp !== undefined && !this.#removed) await this.#removeFromApi(seen);
  }

  /** Everything that lives is asked to end; asked again with less time, it ends sooner. */
  async #stopAll(seen: PodRuntime): Promise<void> {
    const { pod } = this;
    this.#probes.ending();
    const deleting = pod.metadata.deletionGracePeriodSeconds;
    const grace = Math.max(1, deleting ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    if (this.#end) {
      if (deleting !== undefined) this.#end.shorten(grace);
    } else {
      this.#end = new PodEnd(pod, seen, grace, this.#node);
      const ended = (inMilliseconds: number) => {
        this.#end = undefined;
        this.#lookIn(inMilliseconds);
      };
      // A runtime that fails to stop it is asked again.
      this.#end.done.then(
        () => ended(0),
        () => ended(pause),
      );
    }
    if (!this.#gone) await this.#report(seen, new Map(), undefined);
  }

  async #removeFromApi(seen: PodRuntime): Promise<void> {
    const { name, namespace = '', uid } = this.pod.metadata;
    await this.#sandbox.remove(seen);
    try {
      await this.#node.client.of(Pods).in(namespace).delete(name, { gracePeriodSeconds: 0, preconditions: { uid } });
      this.#removed = true;
    } catch (error) {
      // Gone already, or another pod of that name: the watch says so.
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) this.#removed = true;
      else this.#lookIn(apiPause);
    }
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

  /** A container that begins to wait for its restart is told of, once a run. */
  #tellBackOffs(pod: Pod, seen: PodRuntime, plan: Plan): void {
    for (const container of allContainers(pod)) {
      if (plan.waiting.get(container.name)?.reason !== 'CrashLoopBackOff') continue;
      const id = latestRun(seen, container.name)?.id;
      if (id === undefined || this.#told.get(container.name) === id) continue;
      this.#told.set(container.name, id);
      const message = `Back-off restarting failed container ${container.name} in pod ${podDescription(pod)}`;
      this.#node.recorder.event(pod, 'Warning', 'BackOff', message, undefined, fieldPathOf(pod, container));
    }
  }

  #backOffKey(container: string): string {
    return `${this.pod.metadata.uid}/${container}`;
  }

  #lookIn(milliseconds: number): void {
    if (this.#leaving.signal.aborted) return;
    if (milliseconds <= 0) return this.look();
    this.#timer?.();
    this.#timer = this.#node.clock.schedule(milliseconds, () => this.look());
  }
}
