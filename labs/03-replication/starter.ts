// Lab 3: a replication controller, which keeps as many pods alive as each ReplicaSet asks for.
//
// You write `reconcile`. It is called with the key of a ReplicaSet (`default/web`) when that ReplicaSet, or a pod that may
// concern it, has changed: never twice at the same time for the same key, and again later when it throws an ApiError. The
// caches, the queue and the retries are Kubelab's and work already.
//
// Fails at first:
//   3.1   no pod is made: reconcile does nothing
//   3.2   no pod is made, so there is none to be lost
//   3.3   no pod is made, so there are never too many
//   3.4   no pod is made, with faults or without
//   3.5   no pod is made, so none is on its way out
//   3.6   no pod is made, whatever is counted
//   3.7   no pod is made, neither by the first ReplicaSet nor by its namesake
//   3.8   the pods that nobody owns are left alone
//   3.9   no pod is made, so none can go first
//   3.10  no pod is made, and no status written
//   3.11  no pod is made: this is not rest, it is sleep
//   3.12  no pod is made, so the ReplicaSet has nothing to leave behind
//   3.13  no pod is made, not even without faults

import {
  ApiClient,
  again,
  Clock,
  Controller,
  controllerOf,
  controllerReference,
  type Draft,
  done,
  from,
  type Informer,
  type Informers,
  isTrue,
  itsController,
  itself,
  matches,
  type Pod,
  Pods,
  plugin,
  type ReplicaSet,
  ReplicaSets,
  type Result,
  type Source,
  selectorOf,
  whoeverSelects,
} from 'kubelab';

class Replication implements Controller {
  readonly name = 'replicaset';
  /** Writes: `this.#client.of(Pods).in(namespace).create(...)`, `.delete(name)`, `.update(pod)`; `.status.update(...)`. */
  readonly #client: ApiClient;
  /** Tells the time: `this.#clock.now()`, in milliseconds. */
  readonly #clock: Clock;
  /** Caches: `.get('default/web')`, `.inNamespace('default')`. They tell the past, and are only read: never change an object. */
  #replicaSets!: Informer<ReplicaSet>;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Says which caches there are, and which changes concern which ReplicaSets. */
  sources(informers: Informers): Source[] {
    this.#replicaSets = informers.of(ReplicaSets);
    this.#pods = informers.of(Pods);
    const owner = itsController('ReplicaSet');
    const whoSelectsIt = whoeverSelects(this.#replicaSets, (replicaSet, labels) =>
      matches(selectorOf(replicaSet.spec.selector), labels),
    );
    return [
      from(this.#replicaSets, itself),
      from(this.#pods, (change) => {
        // Called for each change of a pod, at the moment from which on the cache shows it. From check 3.3 on you may want to
        // note something here: change.type is 'apply' or 'delete', change.object the pod.
        return [...owner(change), ...whoSelectsIt(change)];
      }),
    ];
  }

  /**
   * Read the world from the caches, compare, act, and be safe to run again.
   * @returns `done`, or `again(1000)` to be called once more in 1000 ms, whatever happens
   * @throws ApiError that a call throws: let it through, and reconcile is called again soon
   */
  async reconcile(_key: string): Promise<Result> {
    return done;
  }
}

/** Its programs run and answer. */
const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** A pod as the ReplicaSet's template wants it. The server completes the name. */
function podFor(replicaSet: ReplicaSet): Draft<Pod> {
  const { metadata, spec } = replicaSet.spec.template;
  const { labels = {}, annotations = {} } = metadata ?? {};
  return {
    metadata: {
      generateName: `${replicaSet.metadata.name}-`,
      labels,
      annotations,
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec: spec as Pod['spec'],
  };
}

export default plugin({
  name: 'my-replication',
  description: 'keeps as many pods alive as each ReplicaSet asks for',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new Replication(client, clock),
      [ApiClient, Clock],
    );
  },
});
