// Kubelet: makes the pods that are placed on its node run, and tells the API what became of them.
//   node-reporter.ts   the Node object, leases, status
//   pod-worker.ts      one a pod: plan, carry out, report
//   the rest           what these two are made of
// Always true: its state can be read back from the API and the runtime, so a kubelet that stops leaves its pods running
// and its successor goes on with them; pods that the API has no more are ended; after `stop` no timer or watch is left.

import type { Subscription } from 'rxjs';
import type { Part } from '../cluster/part.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { ContainerRuntime, SandboxStatus } from '../contracts/container-runtime.ts';
import type { Change, Informer } from '../contracts/controller.ts';
import type {
  ContainerExecOptions,
  KubeletConnection,
  KubeletConnections,
  LogOptions,
} from '../contracts/kubelet-connection.ts';
import type { Random } from '../contracts/random.ts';
import type { EventCorrelator } from '../control/event-correlator.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { keyOf } from '../model/meta.ts';
import { type Node, Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { type Service, Services } from '../model/service.ts';
import { notFound } from '../model/status.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { BackOff } from './back-off.ts';
import { ApiInputs } from './inputs.ts';
import type { NodeContext } from './node-context.ts';
import { capacityOf, type NodeOptions, onMachine } from './node-object.ts';
import { NodeReporter } from './node-reporter.ts';
import { loggedContainer, loggedRun } from './pod-logs.ts';
import { openPort, runningContainer } from './pod-streams.ts';
import { PodWorker } from './pod-worker.ts';
import { type Prober, RuntimeProber } from './prober.ts';
import { VolumeRefresh } from './volume-refresh.ts';

export interface KubeletOptions extends NodeOptions {
  /** 40 in Kubernetes. */
  readonly leaseSeconds?: number;
  /** `cluster.local` */
  readonly domain?: string;
}

/** What many kubelets in one process share (fleet.ts). */
export interface Fleet {
  readonly services: Informer<Service>;
  readonly nodes: Pick<Informer<Node>, 'get'>;
  podsOf(nodeName: string): Pick<Informer<Pod>, 'all' | 'changes' | 'whenSynced'>;
  /** What was told in events already. */
  readonly correlator: EventCorrelator;
}

export interface KubeletParts {
  readonly nodeName: string;
  readonly client: ApiClient;
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly options: KubeletOptions;
  /** Where it enters itself while it runs, so that the API server finds it. */
  readonly connections?: KubeletConnections;
  /** What it shares with other kubelets of this process; nothing unless given. */
  readonly fleet?: Fleet;
  /** Its own unless given. */
  readonly recorder?: EventRecorder;
  /** Asks over the runtime's `portForward` and `execSync` unless given. */
  readonly prober?: Prober;
}

export class Kubelet implements Part, KubeletConnection {
  readonly #parts: KubeletParts;
  readonly #workers = new Map<string, PodWorker>();
  /** Sandbox id -> pod uid. */
  readonly #sandboxes = new Map<string, string>();
  readonly #subscriptions: Subscription[] = [];
  readonly #leaving = new AbortController();
  #node: NodeContext | undefined;
  #reporter: NodeReporter | undefined;
  #refresh: VolumeRefresh | undefined;
  #ownInformers: SharedInformers | undefined;
  #ownRecorder: EventRecorder | undefined;
  #leave: (() => void) | undefined;

  constructor(parts: KubeletParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { nodeName, client, clock, random, runtime, options, connections, fleet } = this.#parts;
    const { signal } = this.#leaving;
    if (!this.#parts.recorder) {
      const shared = fleet && { correlator: fleet.correlator };
      this.#ownRecorder = new EventRecorder({ client, clock, random, component: 'kubelet', host: nodeName, ...shared });
    }
    const node = onMachine(options, runtime.machine);
    const recorder = (this.#parts.recorder ?? this.#ownRecorder) as EventRecorder;
    const services = fleet ? fleet.services : this.#informers.of(Services);
    this.#reporter = new NodeReporter({
      nodeName,
      client,
      clock,
      random,
      node,
      runtimeVersion: `${runtime.name}://${runtime.version}`,
      leaseSeconds: options.leaseSeconds ?? 40,
      ...(fleet && { known: () => fleet.nodes.get(nodeName) }),
    });
    await this.#reporter.start();
    recorder.event({ ...nodeReference, name: nodeName, uid: nodeName }, 'Normal', 'Starting', 'Starting kubelet.');
    await services.whenSynced(signal);
    this.#node = {
      nodeName,
      client,
      runtime,
      clock,
      recorder,
      prober: this.#parts.prober ?? new RuntimeProber(runtime),
      inputs: new ApiInputs(client, services, runtime.readsFiles !== false),
      hostIP: options.address,
      allocatable: capacityOf(node),
      domain: options.domain ?? 'cluster.local',
      imageBackOff: new BackOff(),
      restartBackOff: new BackOff(),
    };
    const fieldSelector = `spec.nodeName=${nodeName}`;
    const pods = fleet ? fleet.podsOf(nodeName) : this.#informers.of(Pods, { fieldSelector });
    await pods.whenSynced(signal);
    await this.#adopt(pods.all());
    this.#subscriptions.push(
      runtime.changes().subscribe((change) => this.#hear(change.sandboxId, change.notice)),
      pods.changes.subscribe((change) => this.#take(change)),
    );
    if (runtime.updateFiles) {
      const workers = this.#workers;
      this.#refresh = new VolumeRefresh(clock, async () => {
        for (const worker of [...workers.values()]) await worker.refreshVolumes();
      });
      this.#refresh.start();
    }
    this.#leave = connections?.enter(nodeName, this);
  }

  /** Its pods go on running in the runtime. */
  async stop(): Promise<void> {
    this.#leave?.();
    this.#leaving.abort();
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
    await this.#refresh?.stop();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    this.#workers.clear();
    await this.#reporter?.stop();
    await this.#ownRecorder?.stop();
    this.#ownInformers?.stop();
  }

  async logs(namespace: string, pod: string, options: LogOptions, signal?: AbortSignal) {
    const worker = this.#workerOf(namespace, pod);
    if (!worker || !this.#node) throw notFound(Pods, pod);
    const container = loggedContainer(worker.pod, options.container);
    const run = loggedRun(worker.pod, container, await worker.runtime(), worker.waiting(container), options);
    return this.#node.runtime.logs(run.id, options, signal);
  }

  async exec(namespace: string, pod: string, { container, command, stdin, tty }: ContainerExecOptions) {
    const { runtime } = this.#parts;
    if (!runtime.exec) throw new Error(`commands cannot be run in containers of the ${runtime.name} runtime`);
    const { id } = await runningContainer(this.#workerOf(namespace, pod), container);
    return runtime.exec(id, { command, stdin, tty });
  }

  async attach(namespace: string, pod: string, container: string) {
    const { runtime } = this.#parts;
    if (!runtime.attach) throw new Error(`containers of the ${runtime.name} runtime cannot be attached to`);
    const { id } = await runningContainer(this.#workerOf(namespace, pod), container);
    return runtime.attach(id);
  }

  portForward(namespace: string, pod: string, port: number) {
    return openPort(this.#parts.runtime, this.#workerOf(namespace, pod), port);
  }

  #workerOf(namespace: string, pod: string): PodWorker | undefined {
    return [...this.#workers.values()].find((one) => keyOf(one.pod) === `${namespace}/${pod}`);
  }

  get #informers(): SharedInformers {
    const { client, clock, random } = this.#parts;
    this.#ownInformers ??= new SharedInformers(client, clock, random);
    return this.#ownInformers;
  }

  /** Finds the sandboxes of the pods again, and ends those whose pods are gone. */
  async #adopt(pods: readonly Pod[]): Promise<void> {
    const { runtime } = this.#parts;
    const byUid = new Map(pods.map((pod) => [pod.metadata.uid, pod]));
    const newest = new Map<string, SandboxStatus>();
    for (const sandbox of await runtime.listSandboxes()) {
      const { uid, attempt } = sandbox.config;
      const other = newest.get(uid);
      if (byUid.has(uid) && (!other || other.config.attempt < attempt)) {
        if (other) await runtime.removeSandbox(other.id);
        newest.set(uid, sandbox);
      } else await runtime.removeSandbox(sandbox.id);
    }
    for (const [uid, sandbox] of newest) {
      const worker = this.#worker(byUid.get(uid) as Pod);
      worker.adopt(sandbox);
    }
  }

  #take(change: Change<Pod>): void {
    const { object } = change;
    if (change.type === 'delete') this.#workers.get(object.metadata.uid)?.remove(object);
    else this.#worker(object).update(object);
  }

  #hear(sandboxId: string, notice: { type: 'Normal' | 'Warning'; reason: string; message: string } | undefined): void {
    const worker = this.#workers.get(this.#sandboxes.get(sandboxId) ?? '');
    if (!worker) return;
    if (notice) this.#node?.recorder.event(worker.pod, notice.type, notice.reason, notice.message);
    worker.look();
  }

  #worker(pod: Pod): PodWorker {
    const { uid } = pod.metadata;
    const existing = this.#workers.get(uid);
    if (existing) return existing;
    let last: string | undefined;
    const worker = new PodWorker(
      pod,
      this.#node as NodeContext,
      (id) => {
        if (last !== undefined) this.#sandboxes.delete(last);
        last = id;
        this.#sandboxes.set(id, uid);
      },
      () => {
        this.#workers.delete(uid);
        if (last !== undefined) this.#sandboxes.delete(last);
      },
    );
    this.#workers.set(uid, worker);
    return worker;
  }
}

/** Events about a node have its name in place of its uid, so that `kubectl describe node` finds them. */
const nodeReference = { apiVersion: 'v1', kind: Nodes.kind };
