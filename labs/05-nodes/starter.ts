// A node controller: believes a node as long as its kubelet shows life, marks it Unknown and taints it when it is silent,
// and lets its pods go when they have tolerated that long enough.
//
// What is tedious is here: what to watch, whose turn it is, when a toleration covers a taint, what an unknown node looks
// like. What is to be thought about is yours: `leavesAt` and `reconcile`. README.md says what to do, task by task.
//
// Fails at first:
//   5.2   a silent node stays Ready: reconcile does nothing yet
//   5.3   the same: no node is ever doubted
//   5.4   the same, once the node with the wrong clock is silent
//   5.5   the same, once a node is silent
//   5.6   a silent node gets no taints
//   5.7   without taints no pod is let go
//   5.8   nor those that tolerate the taint for a while only
//   5.9   a node that is not tainted cannot come back
//   5.10  nothing is written, so nothing that fails is written again
//   5.11  no node gets the taint NoSchedule

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

/** Task 4. Milliseconds since 1970 when the pod has to leave a node with this taint; Infinity: it may stay. */
function leavesAt(pod: Pod, taint: Taint): number {
  return Number.POSITIVE_INFINITY;
}

export class NodeController implements Controller {
  readonly name = 'my-nodes';
  readonly #client: ApiClient;
  readonly #clock: Clock;
  #nodes!: Informer<Node>;
  #leases!: Informer<Lease>;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Which changes concern which nodes: given. */
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

  /** Called with a node's name when something of it may have changed, and when you asked for it by `again(milliseconds)`. */
  async reconcile(name: string): Promise<Result> {
    const node = this.#nodes.get(name);
    if (!node) return done;
    // Task 1: when did this controller last see something new of the node's kubelet?
    // Task 2: silent for longer than `grace`: the node is unknown. Else: when to look again?
    // Task 3: the taints that a node should have; write them only if it has others.
    // Task 4: the pods whose time is over; when does the next one have to leave?
    // Task 5: is any node heard at all?
    return done;
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
