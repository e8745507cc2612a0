// Mistake: a pod that is on its way out counts until it is gone.
// Caught by: 3.5 (not-replaced)

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

/** Milliseconds after which a pod that never showed up is given up: it may have come and gone while a watch was cut. */
const patience = 120_000;

class Replication implements Controller {
  readonly name = 'replicaset';
  readonly #client: ApiClient;
  readonly #clock: Clock;
  #replicaSets!: Informer<ReplicaSet>;
  #pods!: Informer<Pod>;
  /** Pods made and not seen yet: uid -> whose, and since when. */
  readonly #made = new Map<string, { readonly owner: string; readonly since: number }>();
  /** Pods deleted and not seen to go yet: uids. */
  readonly #deleted = new Set<string>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

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
        const { uid } = change.object.metadata;
        this.#made.delete(uid);
        if (change.type === 'delete') this.#deleted.delete(uid);
        return [...owner(change), ...whoSelectsIt(change)];
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const replicaSet = this.#replicaSets.get(key);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp !== undefined) return done;
    // Both are read in one go: a pod that shows up in between would be in neither.
    const unseen = this.#unseen(replicaSet);
    const pods = await this.#own(replicaSet);
    const missing = (replicaSet.spec.replicas ?? 1) - pods.length - unseen;

    for (let count = 0; count < missing; count += 1) await this.#create(replicaSet);
    const useless = [...pods].sort((a, b) => usefulness(a) - usefulness(b));
    for (const pod of useless.slice(0, Math.max(0, -missing))) await this.#delete(pod);

    await this.#writeStatus(replicaSet, pods);
    return this.#unseen(replicaSet) > 0 ? again(patience) : done;
  }

  /** The pods that count: those it controls, and those that nobody controls and that it takes in. */
  async #own({ spec, ...replicaSet }: ReplicaSet): Promise<Pod[]> {
    const { namespace = '', uid } = replicaSet.metadata;
    const selector = selectorOf(spec.selector);
    const own: Pod[] = [];
    for (const pod of this.#pods.inNamespace(namespace)) {
      if (!isActive(pod) || this.#deleted.has(pod.metadata.uid)) continue;
      const controller = controllerOf(pod);
      if (controller?.uid === uid) own.push(pod);
      if (!controller && matches(selector, pod.metadata.labels)) {
        const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(replicaSet)];
        // Its resourceVersion goes along: if the pod has changed since, this is a conflict, and tried again.
        own.push(await this.#client.of(Pods).update({ ...pod, metadata: { ...pod.metadata, ownerReferences } }));
      }
    }
    return own;
  }

  /** How many pods were made for it that the cache does not show yet. */
  #unseen({ metadata }: ReplicaSet): number {
    let count = 0;
    for (const [uid, { owner, since }] of this.#made) {
      if (this.#clock.now() - since > patience) this.#made.delete(uid);
      else if (owner === metadata.uid) count += 1;
    }
    return count;
  }

  async #create(replicaSet: ReplicaSet): Promise<void> {
    const { namespace = '', uid: owner } = replicaSet.metadata;
    const pod = await this.#client.of(Pods).in(namespace).create(podFor(replicaSet));
    // The watch may be faster than the answer.
    if (this.#pods.get(`${namespace}/${pod.metadata.name}`)) return;
    this.#made.set(pod.metadata.uid, { owner, since: this.#clock.now() });
  }

  async #delete({ metadata: { namespace = '', name, uid } }: Pod): Promise<void> {
    this.#deleted.add(uid);
    try {
      await this.#client.of(Pods).in(namespace).delete(name, { preconditions: { uid } });
    } catch (error) {
      this.#deleted.delete(uid);
      throw error;
    }
  }

  async #writeStatus(replicaSet: ReplicaSet, pods: readonly Pod[]): Promise<void> {
    const { metadata, status } = replicaSet;
    const ready = pods.filter(isReady).length;
    const observedGeneration = metadata.generation ?? 0;
    if (
      status?.replicas === pods.length &&
      (status.readyReplicas ?? 0) === ready &&
      status.observedGeneration === observedGeneration
    ) {
      return;
    }
    await this.#client.of(ReplicaSets).status.update({
      ...replicaSet,
      status: { ...status, replicas: pods.length, readyReplicas: ready, availableReplicas: ready, observedGeneration },
    });
  }
}

/** Counts as a pod: it has not ended. */
const isActive = ({ status }: Pod): boolean => status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** The less, the earlier it goes: not placed before placed, Pending before Running, not ready before ready. */
const usefulness = (pod: Pod): number =>
  (pod.spec.nodeName ? 4 : 0) + (pod.status?.phase === 'Running' ? 2 : 0) + (isReady(pod) ? 1 : 0);

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
