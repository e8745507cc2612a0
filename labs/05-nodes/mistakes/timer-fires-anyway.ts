// Mistake: it sets a timer for each pod and does not look again when it fires: the node may be back.
// Caught by: 5.9 (not-cancelled)

import {
  ApiClient,
  again,
  Clock,
  Controller,
  done,
  findCondition,
  from,
  type Informer,
  type Informers,
  isTrue,
  type Lease,
  Leases,
  type Node,
  type NodeCondition,
  Nodes,
  type Pod,
  Pods,
  plugin,
  type Result,
  type Source,
  setCondition,
  type Taint,
  type Toleration,
  timestamp,
} from 'kubelab';

/** Milliseconds of silence that are forgiven. */
const grace = 40_000;
const unreachable = 'node.kubernetes.io/unreachable';

/** Whether the toleration is about this taint: an empty effect means all effects, an empty key with Exists all keys. */
function covers(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** The node as it is when nobody knows: its conditions are Unknown since `now`. The same node if they are already. */
function doubted(node: Node, now: string): Node {
  const before = node.status?.conditions ?? [];
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].reduce((all, type) => {
    const lastHeartbeatTime = findCondition(before, type)?.lastHeartbeatTime ?? node.metadata.creationTimestamp;
    const message = 'Kubelet stopped posting node status.';
    const condition = { type, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastHeartbeatTime };
    return setCondition<NodeCondition>(all, condition, now);
  }, before);
  return conditions === before ? node : { ...node, status: { ...node.status, conditions } };
}

/** Milliseconds since 1970 when the pod has to leave a node with this taint; Infinity: it may stay. */
function leavesAt(pod: Pod, taint: Taint): number {
  const covering = (pod.spec.tolerations ?? []).filter((toleration) => covers(toleration, taint));
  if (covering.length === 0) return 0;
  const seconds = covering.map(({ tolerationSeconds = Number.POSITIVE_INFINITY }) => tolerationSeconds);
  return Date.parse(taint.timeAdded ?? '') + Math.min(...seconds) * 1000;
}

export class NodeController implements Controller {
  readonly name = 'my-nodes';
  readonly #client: ApiClient;
  readonly #clock: Clock;
  /** The last sign of life of each node, and when this controller saw it. */
  readonly #signs = new Map<string, { readonly sign: string; readonly seenAt: number }>();
  /** Of pods that are to go, by uid. */
  readonly #timers = new Map<string, () => void>();
  #nodes!: Informer<Node>;
  #leases!: Informer<Lease>;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#leases = informers.of(Leases, { namespace: 'kube-node-lease' });
    this.#pods = informers.of(Pods, { indexes: { node: (pod) => [pod.spec.nodeName ?? ''] } });
    const nameOf = (node: Node) => node.metadata.name;
    return [
      from(this.#nodes, ({ object }) => [nameOf(object), ...this.#nodes.all().map(nameOf)]),
      from(this.#leases, ({ object }) => [object.metadata.name]),
      from(this.#pods, ({ object }) => (object.spec.nodeName ? [object.spec.nodeName] : [])),
    ];
  }

  async reconcile(name: string): Promise<Result> {
    const node = this.#nodes.get(name);
    if (!node) {
      this.#signs.delete(name);
      return done;
    }
    const now = this.#clock.now();
    const silentAt = this.#lastSign(node) + grace;
    const believed = now < silentAt ? node : await this.#doubt(node);
    const tainted = await this.#taint(believed);
    this.#evict(tainted);
    return now < silentAt ? again(silentAt - now) : done;
  }

  /** When this controller last saw something new of the node's kubelet. */
  #lastSign(node: Node): number {
    const { name } = node.metadata;
    const renewed = this.#leases.get(`kube-node-lease/${name}`)?.spec?.renewTime;
    const sign = `${renewed} ${findCondition(node.status?.conditions, 'Ready')?.lastHeartbeatTime}`;
    let last = this.#signs.get(name);
    if (last?.sign !== sign) {
      last = { sign, seenAt: this.#clock.now() };
      this.#signs.set(name, last);
    }
    return last.seenAt;
  }

  async #doubt(node: Node): Promise<Node> {
    const unknown = doubted(node, timestamp(this.#clock));
    return unknown === node ? node : this.#client.of(Nodes).status.update(unknown);
  }

  /** Gives the node the taints that its Ready condition asks for, and takes away those that it does not. */
  async #taint(node: Node): Promise<Node> {
    const taints = node.spec.taints ?? [];
    const others = taints.filter(({ key }) => key !== unreachable);
    const wanted = this.#effects(node).map(
      (effect) =>
        taints.find((taint) => taint.key === unreachable && taint.effect === effect) ??
        ({ key: unreachable, effect, timeAdded: timestamp(this.#clock) } satisfies Taint),
    );
    const same = others.length + wanted.length === taints.length && wanted.every((taint) => taints.includes(taint));
    if (same) return node;
    return this.#client.of(Nodes).update({ ...node, spec: { ...node.spec, taints: [...others, ...wanted] } });
  }

  #effects(node: Node): readonly string[] {
    if (findCondition(node.status?.conditions, 'Ready')?.status !== 'Unknown') return [];
    // If nobody is there any more, the fault is likelier here: nobody is evicted.
    const others = this.#nodes.all().filter(({ metadata }) => metadata.name !== node.metadata.name);
    return others.some(({ status }) => isTrue(status?.conditions, 'Ready'))
      ? ['NoSchedule', 'NoExecute']
      : ['NoSchedule'];
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
  }

  #evict(node: Node): void {
    const taint = node.spec.taints?.find(({ key, effect }) => key === unreachable && effect === 'NoExecute');
    if (!taint) return;
    for (const pod of this.#pods.by('node', node.metadata.name)) {
      const { name, namespace = '', uid, deletionTimestamp } = pod.metadata;
      if (deletionTimestamp !== undefined) continue;
      const at = leavesAt(pod, taint);
      if (at === Number.POSITIVE_INFINITY || this.#timers.has(uid)) continue;
      const letGo = () => this.#client.of(Pods).in(namespace).delete(name, { preconditions: { uid } });
      this.#timers.set(
        uid,
        this.#clock.schedule(at - this.#clock.now(), () => void letGo().catch(() => {})),
      );
    }
  }
}

export default plugin({
  name: 'controller-my-nodes',
  description: 'my node controller',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new NodeController(client, clock),
      [ApiClient, Clock],
    );
  },
});
