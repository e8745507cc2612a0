// One key for everything: a loop looks at all nodes every 5 seconds, as Kubernetes' node lifecycle controller does, and keeps
// in memory since when each pod is waiting to be let go, as its taint eviction does. What fails for one node does not keep
// the others waiting.

import {
  ApiClient,
  ApiError,
  again,
  Clock,
  Controller,
  findCondition,
  type Informer,
  type Informers,
  isTrue,
  type Lease,
  Leases,
  type Node,
  Nodes,
  type Pod,
  Pods,
  plugin,
  type Result,
  type Source,
  setCondition,
  timestamp,
} from 'kubelab';

const period = 5_000;
const grace = 40_000;
const key = 'node.kubernetes.io/unreachable';

/** What is remembered of a node between two rounds. */
interface Health {
  renewTime: string | undefined;
  heartbeat: string | undefined;
  heardAt: number;
}

class NodeMonitor implements Controller {
  readonly name = 'node-monitor';
  readonly #health = new Map<string, Health>();
  /** Pods by uid, and since when they wait. */
  readonly #waiting = new Map<string, number>();
  #nodes!: Informer<Node>;
  #leases!: Informer<Lease>;
  #pods!: Informer<Pod>;

  constructor(
    readonly client: ApiClient,
    readonly clock: Clock,
  ) {}

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#leases = informers.of(Leases);
    this.#pods = informers.of(Pods);
    // The first node begins the loop; from then on the clock goes on with it.
    return [{ informer: this.#nodes as unknown as Informer, keys: () => (this.#health.size === 0 ? ['round'] : []) }];
  }

  async reconcile(): Promise<Result> {
    const nodes = this.#nodes.all();
    for (const node of nodes) this.#hear(node);
    const silent = new Set(nodes.filter((node) => this.#isSilent(node)).map(({ metadata }) => metadata.name));
    const nobody = silent.size === nodes.length;
    for (const node of nodes) {
      try {
        if (silent.has(node.metadata.name)) await this.#giveUp(node, nobody);
        else if (isTrue(node.status?.conditions, 'Ready')) await this.#taint(node, []);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // the next round tries it again
      }
    }
    return again(period);
  }

  #hear({ metadata: { name }, status }: Node): void {
    const renewTime = this.#leases.get(`kube-node-lease/${name}`)?.spec?.renewTime;
    const heartbeat = findCondition(status?.conditions, 'Ready')?.lastHeartbeatTime;
    const health = this.#health.get(name);
    if (health?.renewTime === renewTime && health?.heartbeat === heartbeat) return;
    this.#health.set(name, { renewTime, heartbeat, heardAt: this.clock.now() });
  }

  #isSilent({ metadata }: Node): boolean {
    const { heardAt = 0 } = this.#health.get(metadata.name) ?? {};
    return this.clock.now() - heardAt >= grace;
  }

  async #giveUp(node: Node, nobody: boolean): Promise<void> {
    const ready = findCondition(node.status?.conditions, 'Ready');
    let latest = node;
    if (ready?.status !== 'Unknown') {
      const unknown = { ...ready, type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'silent' };
      const { lastTransitionTime: _, ...condition } = unknown as typeof unknown & { lastTransitionTime?: string };
      const conditions = setCondition(node.status?.conditions, condition, timestamp(this.clock));
      latest = await this.client.of(Nodes).status.update({ ...node, status: { ...node.status, conditions } });
    }
    await this.#taint(latest, nobody ? ['NoSchedule'] : ['NoSchedule', 'NoExecute']);
  }

  async #taint(node: Node, effects: readonly string[]): Promise<void> {
    const { taints = [] } = node.spec;
    const mine = taints.filter((taint) => taint.key === key);
    if (mine.map(({ effect }) => effect).join() !== effects.join()) {
      const timeAdded = timestamp(this.clock);
      const others = taints.filter((taint) => taint.key !== key);
      const wanted = effects.map(
        (effect) => mine.find((taint) => taint.effect === effect) ?? { key, effect, timeAdded },
      );
      await this.client.of(Nodes).update({ ...node, spec: { ...node.spec, taints: [...others, ...wanted] } });
    }
    for (const pod of this.#pods.all()) {
      if (pod.spec.nodeName !== node.metadata.name) continue;
      if (effects.includes('NoExecute')) await this.#letGo(pod);
      else this.#waiting.delete(pod.metadata.uid);
    }
  }

  async #letGo(pod: Pod): Promise<void> {
    const { name, namespace = '', uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) return void this.#waiting.delete(uid);
    const about = (pod.spec.tolerations ?? []).filter(
      (toleration) =>
        (!toleration.key || toleration.key === key) &&
        (!toleration.effect || toleration.effect === 'NoExecute') &&
        (toleration.operator === 'Exists' || !toleration.value),
    );
    const limits = about.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
    if (about.length > 0 && limits.length === 0) return;
    const since = this.#waiting.get(uid) ?? this.clock.now();
    this.#waiting.set(uid, since);
    const patience = about.length === 0 ? 0 : Math.min(...limits) * 1000;
    if (this.clock.now() < since + patience) return;
    await this.client.of(Pods).in(namespace).delete(name, { preconditions: { uid } });
    this.#waiting.delete(uid);
  }
}

export default plugin({
  name: 'controller-node-monitor',
  description: 'looks at all nodes every five seconds',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new NodeMonitor(client, clock),
      [ApiClient, Clock],
    );
  },
});
