// Pod worker: looks after one pod on one node, from the first look to its removal.
//   look at what the runtime has > plan (pod-plan.ts) > report the status (pod-status.ts) > carry out > look again
// Always true: one look at a time a pod; a change during it makes it look once more; what takes long (stopping, hooks)
// runs beside it; a pod at rest costs no timer; all state that matters can be read back from the runtime and the API.
// In Kubernetes: pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod).

import type { Cancel } from '../contracts/clock.ts';
import type { ContainerStatus, SandboxStatus } from '../contracts/container-runtime.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { BackOff } from './back-off.ts';
import { sandboxConfig } from './container-config.ts';
import { startContainer } from './container-start.ts';
import { fieldPathOf, PodEnd, stopContainer } from './container-stop.ts';
import type { EnvironmentContext } from './environment.ts';
import type { NodeContext } from './node-context.ts';
import { type Blocked, type Plan, planPod, podDescription, type Step, type Waiting } from './pod-plan.ts';
import { PodProbes } from './pod-probes.ts';
import { PodReporter } from './pod-reporter.ts';
import { isAlive, latestRun, type PodRuntime, podRuntime, reportedRuns } from './pod-runtime.ts';
import { MountError, type VolumeContent, volumeContents } from './volumes.ts';

/** Milliseconds until a look is repeated that failed in a way nobody foresaw. */
const pause = 10_000;

type Over = NonNullable<Plan['over']>;

export class PodWorker {
  readonly #node: NodeContext;
  readonly #probes: PodProbes;
  readonly #reporter: PodReporter;
  readonly #onGone: () => void;
  readonly #onSandbox: (id: string) => void;
  readonly #blocked = new Map<string, Blocked>();
  readonly #stopping = new Set<string>();
  readonly #mountBackOff = new BackOff(500, 122_000);
  /** Given when the pod is to end. */
  readonly #ending = new AbortController();
  /** Given when the kubelet ends. */
  readonly #leaving = new AbortController();
  #sandboxId: string | undefined;
  /** Runs that the runtime does not have any more, by container name. */
  #remembered: Map<string, ContainerStatus> | undefined;
  /** The runs whose back-off was told of, by container name. */
  readonly #told = new Map<string, string>();
  /** Sandboxes that it has had. */
  #sandboxes = 0;
  #contents: ReadonlyMap<string, VolumeContent> | undefined;
  #end: PodEnd | undefined;
  #over: Over | undefined;
  /** The API has no such pod any more. */
  #gone = false;
  /** The API was asked to remove it. */
  #removed = false;
  #dirty = false;
  #looking: Promise<void> | undefined;
  #timer: Cancel | undefined;

  /** @param onSandbox told of each sandbox it makes; @param onGone told when nothing is left of the pod */
  constructor(pod: Pod, node: NodeContext, onSandbox: (id: string) => void, onGone: () => void) {
    this.#node = node;
    this.#onSandbox = onSandbox;
    this.#onGone = onGone;
    this.#reporter = new PodReporter(pod, node);
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
    if (pod.status?.containerStatuses) this.#remembered = reportedRuns(pod, node.clock.now());
  }

  /** The newest version that is known. */
  get pod(): Pod {
    return this.#reporter.pod;
  }

  get sandboxId(): string | undefined {
    return this.#sandboxId;
  }

  /** A kubelet that comes back: this sandbox is the pod's. */
  adopt(sandbox: SandboxStatus): void {
    this.#sandboxId = sandbox.id;
    this.#sandboxes = sandbox.config.attempt + 1;
    this.#onSandbox(sandbox.id);
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

  async runtime(): Promise<PodRuntime> {
    const { runtime } = this.#node;
    if (this.#sandboxId === undefined) return podRuntime(undefined, [], this.#remembered);
    const sandbox = await runtime.sandboxStatus(this.#sandboxId);
    return podRuntime(sandbox, await runtime.listContainers(this.#sandboxId), this.#remembered);
  }

  /** The kubelet ends; the pod stays as it is. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    this.#ending.abort();
    this.#timer?.();
    this.#probes.stop();
    this.#end?.leave();
    await this.#looking;
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
        this.#lookAt(this.#node.clock.now() + pause);
      }
    }
    this.#looking = undefined;
  }

  async #sync(): Promise<void> {
    const { pod } = this;
    const runtime = await this.runtime();
    if (this.#gone || pod.metadata.deletionTimestamp !== undefined) return this.#finish(runtime, this.#over ?? {});
    const plan = planPod(this.#facts(pod, runtime));
    if (plan.over) {
      this.#over ??= plan.over;
      return this.#finish(runtime, this.#over);
    }
    this.#probes.follow(pod, runtime);
    this.#tellBackOffs(pod, runtime, plan);
    const reported = await this.#report(runtime, plan.waiting, undefined);
    // A newer version came with the answer: plan for that one.
    if (this.pod.metadata.deletionTimestamp !== undefined) return this.look();
    for (const step of plan.steps) {
      if (this.#ending.signal.aborted) break;
      await this.#carryOut(step, runtime);
    }
    if (plan.steps.some((step) => step.do !== 'stop')) return this.look();
    this.#contents = undefined;
    if (plan.again !== undefined) this.#lookAt(plan.again);
    if (!reported) this.#lookAt(this.#node.clock.now() + pause / 10);
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

  async #carryOut(step: Step, runtime: PodRuntime): Promise<void> {
    const { pod } = this;
    if (step.do === 'run sandbox') return this.#runSandbox(pod);
    if (step.do === 'remove sandbox') return this.#removeSandbox(pod, runtime);
    if (step.do === 'stop') return this.#stopContainer(pod, step, runtime);
    const { sandbox } = runtime;
    if (!sandbox) return;
    const { container, attempt } = step;
    const ended = runtime.runs.get(container.name)?.[0];
    if (ended?.state === 'exited') {
      const at = ended.finishedAt ?? ended.createdAt;
      // Counted once a run, also when its successor does not come about at the first try.
      if (!this.#blocked.has(container.name)) this.#node.restartBackOff.next(this.#backOffKey(container.name), at);
    }
    this.#contents ??= await volumeContents(pod, this.#context(sandbox));
    const blocked = await startContainer(
      {
        pod,
        container,
        attempt,
        sandbox,
        runtime,
        contents: this.#contents,
        context: this.#context(sandbox),
        signal: this.#ending.signal,
        condemn: (id, message) => this.#probes.condemned.set(id, message),
      },
      this.#node,
    );
    if (blocked) this.#blocked.set(container.name, blocked);
    else this.#blocked.delete(container.name);
  }

  async #runSandbox(pod: Pod): Promise<void> {
    const { runtime, recorder, clock, domain } = this.#node;
    const block = (reason: string, message: string, ms: number) => {
      recorder.event(pod, 'Warning', reason, message);
      this.#blocked.set('', { reason, message, until: clock.now() + ms });
    };
    try {
      // Volumes come first: a pod whose volumes cannot be set up gets no address.
      this.#contents = await volumeContents(pod, this.#context(undefined));
      const sandbox = await runtime.runSandbox(sandboxConfig(pod, this.#sandboxes, domain));
      this.#sandboxes += 1;
      this.#sandboxId = sandbox.id;
      this.#onSandbox(sandbox.id);
      this.#blocked.delete('');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof MountError))
        return block('FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`, pause);
      this.#mountBackOff.next('', clock.now());
      block('FailedMount', message, this.#mountBackOff.delay(''));
    }
  }

  /** Its sandbox has died: what ran in it is remembered, and the pod gets another one. */
  async #removeSandbox(pod: Pod, runtime: PodRuntime): Promise<void> {
    const message = 'Pod sandbox changed, it will be killed and re-created.';
    this.#node.recorder.event(pod, 'Normal', 'SandboxChanged', message);
    await this.#forgetSandbox(runtime);
  }

  async #forgetSandbox(runtime: PodRuntime): Promise<void> {
    if (this.#sandboxId === undefined) return;
    await this.#node.runtime.removeSandbox(this.#sandboxId);
    this.#sandboxId = undefined;
    const now = this.#node.clock.now();
    const ended = (run: ContainerStatus): ContainerStatus => ({
      ...run,
      state: 'exited',
      exitCode: run.exitCode ?? 137,
      finishedAt: run.finishedAt ?? now,
    });
    this.#remembered = new Map([...runtime.runs].flatMap(([name, [run]]) => (run ? [[name, ended(run)]] : [])));
  }

  /** Stops one container beside the pod's other business. */
  #stopContainer(pod: Pod, step: Extract<Step, { do: 'stop' }>, runtime: PodRuntime): void {
    const { container, run, message } = step;
    this.#stopping.add(run.id);
    const { livenessProbe, startupProbe } = container;
    const seconds =
      livenessProbe?.terminationGracePeriodSeconds ??
      startupProbe?.terminationGracePeriodSeconds ??
      pod.spec.terminationGracePeriodSeconds ??
      30;
    const address = runtime.sandbox?.address ?? '';
    stopContainer(pod, container, run, address, message, seconds * 1000, this.#node, this.#ending.signal)
      .catch(() => {})
      .finally(() => {
        this.#stopping.delete(run.id);
        this.#probes.condemned.delete(run.id);
        this.look();
      });
  }

  /** Brings the pod to its end: nothing runs, the last status is reported, and if it was deleted, it is removed. */
  async #finish(runtime: PodRuntime, over: Over): Promise<void> {
    const { pod } = this;
    const { clock, runtime: of } = this.#node;
    this.#probes.ending();
    const alive = [...runtime.runs.values()].flat().filter(isAlive);
    if (alive.length > 0) {
      const deleting = pod.metadata.deletionGracePeriodSeconds;
      const seconds = Math.max(1, deleting ?? pod.spec.terminationGracePeriodSeconds ?? 30);
      if (!this.#end) {
        this.#end = new PodEnd(pod, runtime, seconds * 1000, this.#node);
        const ended = (again: () => void) => () => {
          this.#end = undefined;
          again();
        };
        // A runtime that fails to stop it is asked again.
        const later = () => this.#lookAt(clock.now() + pause);
        this.#end.done.then(
          ended(() => this.look()),
          ended(later),
        );
      } else if (deleting !== undefined) this.#end.shorten(seconds * 1000);
      if (!this.#gone) await this.#report(runtime, new Map(), undefined);
      return;
    }
    this.#probes.stop();
    if (this.#end) return;
    if (runtime.sandbox?.state === 'ready') {
      await of.stopSandbox(runtime.sandbox.id);
      return this.look();
    }
    if (this.#gone) {
      await this.#forgetSandbox(runtime);
      for (const { name } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
        this.#node.restartBackOff.forget(this.#backOffKey(name));
      }
      this.#leaving.abort();
      return this.#onGone();
    }
    // A pod that came to its end before this kubelet began is left as it was reported.
    const reported = runtime.runs.size === 0 || (await this.#report(runtime, new Map(), over));
    if (!reported) return this.#lookAt(clock.now() + pause / 10);
    if (pod.metadata.deletionTimestamp !== undefined && !this.#removed) await this.#removeFromApi(pod, runtime);
  }

  async #removeFromApi(pod: Pod, runtime: PodRuntime): Promise<void> {
    await this.#forgetSandbox(runtime);
    const { name, namespace = '', uid } = pod.metadata;
    try {
      await this.#node.client.of(Pods).in(namespace).delete(name, { gracePeriodSeconds: 0, preconditions: { uid } });
      this.#removed = true;
    } catch (error) {
      // Gone already, or another pod of that name: the watch says so.
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) this.#removed = true;
      else this.#lookAt(this.#node.clock.now() + pause / 10);
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
  #tellBackOffs(pod: Pod, runtime: PodRuntime, plan: Plan): void {
    for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
      if (plan.waiting.get(container.name)?.reason !== 'CrashLoopBackOff') continue;
      const id = latestRun(runtime, container.name)?.id;
      if (id === undefined || this.#told.get(container.name) === id) continue;
      this.#told.set(container.name, id);
      const message = `Back-off restarting failed container ${container.name} in pod ${podDescription(pod)}`;
      this.#node.recorder.event(pod, 'Warning', 'BackOff', message, undefined, fieldPathOf(pod, container));
    }
  }

  #context(sandbox: SandboxStatus | undefined): EnvironmentContext {
    const { inputs, allocatable, hostIP } = this.#node;
    return { inputs, allocatable, hostIP, podIP: sandbox?.address || hostIP };
  }

  #backOffKey(container: string): string {
    return `${this.pod.metadata.uid}/${container}`;
  }

  #lookAt(time: number): void {
    this.#timer?.();
    this.#timer = this.#node.clock.schedule(time - this.#node.clock.now(), () => this.look());
  }
}
