// Two controllers that know nothing of each other, as in Kubernetes since 1.29: one writes what is known of a node (its
// condition and its taints), by patches that say which version they are for; the other one reads taints and lets pods go,
// one key a pod.

import {
  ApiClient,
  ApiError,
  again,
  Clock,
  Controller,
  done,
  findCondition,
  from,
  type Informer,
  type Informers,
  isTrue,
  itself,
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
  type Taint,
  timestamp,
} from 'kubelab';

const grace = 40_000;
const unreachable = 'node.kubernetes.io/unreachable';

class NodeHealth implements Controller {
  readonly name = 'node-health';
  readonly workers = 4;
  /** When something of each kubelet was last heard. */
  readonly #heardAt = new Map<string, number>();
  #nodes!: Informer<Node>;

  constructor(
    readonly client: ApiClient,
    readonly clock: Clock,
  ) {}

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    const leases: Informer<Lease> = informers.of(Leases, { namespace: 'kube-node-lease' });
    return [
      from(leases, ({ type, object, previous }) => {
        const { name } = object.metadata;
        // A watch that begins anew tells again what is known: only another time is news.
        if (type === 'apply' && object.spec?.renewTime !== previous?.spec?.renewTime) this.#hear(name);
        return [name];
      }),
      from(this.#nodes, ({ type, object, previous }) => {
        const { name } = object.metadata;
        if (type === 'delete') this.#heardAt.delete(name);
        else if (heartbeat(object) !== heartbeat(previous)) this.#hear(name);
        return [name, ...this.#nodes.all().map((node) => node.metadata.name)];
      }),
    ];
  }

  #hear(name: string): void {
    this.#heardAt.set(name, this.clock.now());
  }

  async reconcile(name: string): Promise<Result> {
    const node = this.#nodes.get(name);
    if (!node) return done;
    const left = (this.#heardAt.get(name) ?? 0) + grace - this.clock.now();
    const ready = findCondition(node.status?.conditions, 'Ready');
    if (left <= 0 && ready?.status !== 'Unknown') {
      await this.#doubt(node); // which wakes us, and then come the taints
      return done;
    }
    await this.#setTaints(node, ready?.status === 'Unknown');
    return left > 0 ? again(left) : done;
  }

  async #doubt({ metadata, status }: Node): Promise<void> {
    const ready = findCondition(status?.conditions, 'Ready');
    const { lastTransitionTime: _, ...before } = { type: 'Ready', ...ready };
    const unknown = { ...before, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'nothing is heard of it' };
    const conditions = setCondition(status?.conditions, unknown, timestamp(this.clock));
    const { name, resourceVersion } = metadata;
    await this.client.of(Nodes).status.patch(name, { metadata: { resourceVersion }, status: { conditions } });
  }

  async #setTaints({ metadata, spec }: Node, isUnknown: boolean): Promise<void> {
    const isAnyoneThere = this.#nodes.all().some(({ status }) => isTrue(status?.conditions, 'Ready'));
    const present = spec.taints ?? [];
    const isWanted = ({ key, effect }: Taint) =>
      key !== unreachable || (isUnknown && (effect !== 'NoExecute' || isAnyoneThere));
    const taints = present.filter(isWanted);
    const timeAdded = timestamp(this.clock);
    for (const effect of ['NoSchedule', 'NoExecute']) {
      const taint: Taint = { key: unreachable, effect, timeAdded };
      const isThere = taints.some(({ key, effect: its }) => key === unreachable && its === effect);
      if (isUnknown && isWanted(taint) && !isThere) taints.push(taint);
    }
    if (taints.length === present.length && taints.every((taint) => present.includes(taint))) return;
    const { name, resourceVersion } = metadata;
    await this.client.of(Nodes).patch(name, { metadata: { resourceVersion }, spec: { taints } });
  }
}

const heartbeat = (node: Node | undefined): string | undefined =>
  findCondition(node?.status?.conditions, 'Ready')?.lastHeartbeatTime;

class TaintEviction implements Controller {
  readonly name = 'taint-eviction';
  readonly workers = 4;
  #nodes!: Informer<Node>;
  #pods!: Informer<Pod>;

  constructor(
    readonly client: ApiClient,
    readonly clock: Clock,
  ) {}

  sources(informers: Informers): readonly Source[] {
    this.#nodes = informers.of(Nodes);
    this.#pods = informers.of(Pods);
    const podsOf = (node: Node) => this.#pods.all().filter(({ spec }) => spec.nodeName === node.metadata.name);
    const keyOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`;
    return [from(this.#pods, itself), from(this.#nodes, ({ object }) => podsOf(object).map(keyOf))];
  }

  async reconcile(key: string): Promise<Result> {
    const pod = this.#pods.get(key);
    const node = this.#nodes.get(pod?.spec.nodeName ?? '');
    const taint = node?.spec.taints?.find(({ key, effect }) => key === unreachable && effect === 'NoExecute');
    if (!pod || !taint || pod.metadata.deletionTimestamp) return done;
    const left = Date.parse(taint.timeAdded ?? '') + patienceOf(pod) * 1000 - this.clock.now();
    if (left > 0) return left === Number.POSITIVE_INFINITY ? done : again(left);
    const { name, namespace = '', uid } = pod.metadata;
    try {
      await this.client.of(Pods).in(namespace).delete(name, { preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
    return done;
  }
}

/** Seconds for which the pod tolerates the taint. */
function patienceOf({ spec }: Pod): number {
  const patience = (spec.tolerations ?? []).flatMap(({ key, operator, value, effect, tolerationSeconds }) => {
    if ((effect && effect !== 'NoExecute') || (key && key !== unreachable)) return [];
    if (operator !== 'Exists' && (value || !key)) return [];
    return [tolerationSeconds ?? Number.POSITIVE_INFINITY];
  });
  return patience.length === 0 ? 0 : Math.min(...patience);
}

export default plugin({
  name: 'controller-two-of-them',
  description: 'node health and taint eviction, each by itself',
  provides: [Controller],
  bind: ({ bind }) => {
    for (const Part of [NodeHealth, TaintEviction]) {
      bind(Controller).toResolvedValue(
        (client: ApiClient, clock: Clock) => new Part(client, clock),
        [ApiClient, Clock],
      );
    }
  },
});
