// Another right way: one step at a time. Make or delete one pod, write down which, and do nothing more until the cache
// shows it. Slow, and as simple as it gets.

import {
  ApiClient,
  again,
  Clock,
  Controller,
  controllerOf,
  controllerReference,
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

/** Milliseconds after which a step is given up that never showed: more has happened since. */
const patience = 180_000;

/** The last thing that was done for a ReplicaSet. */
interface Step {
  /** Uid of the pod made, or deleted. */
  readonly pod: string;
  readonly what: 'made' | 'deleted';
  readonly at: number;
}

class OneStep implements Controller {
  readonly name = 'replicaset';
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #steps = new Map<string, Step>();
  #replicaSets!: Informer<ReplicaSet>;
  #pods!: Informer<Pod>;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  sources(informers: Informers): Source[] {
    this.#replicaSets = informers.of(ReplicaSets);
    this.#pods = informers.of(Pods);
    const keys = itsController('ReplicaSet');
    const selects = whoeverSelects(this.#replicaSets, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#replicaSets, itself),
      from(this.#pods, (change) => {
        this.#see(change.object, change.type === 'delete');
        return [...keys(change), ...selects(change)];
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const replicaSet = this.#replicaSets.get(key);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp) return done;
    const { uid, namespace = '' } = replicaSet.metadata;
    const step = this.#steps.get(uid);
    if (step && this.#clock.now() - step.at < patience) return again(patience);

    const active = this.#pods.inNamespace(namespace).filter(isActive);
    const own = active.filter((pod) => controllerOf(pod)?.uid === uid);
    const selector = selectorOf(replicaSet.spec.selector);
    const orphan = active.find((pod) => !controllerOf(pod) && matches(selector, pod.metadata.labels));
    const door = this.#client.of(Pods).in(namespace);
    if (orphan) {
      const metadata = { ...orphan.metadata, ownerReferences: [controllerReference(replicaSet)] };
      await door.update({ ...orphan, metadata });
      return again(100);
    }
    const wanted = replicaSet.spec.replicas ?? 1;
    if (own.length < wanted) return this.#step(uid, 'made', await door.create(podFor(replicaSet)));
    if (own.length > wanted) {
      const pod = own.reduce((least, other) => (rank(other) < rank(least) ? other : least));
      await door.delete(pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
      return this.#step(uid, 'deleted', pod);
    }
    return this.#writeStatus(replicaSet, own);
  }

  #step(owner: string, what: Step['what'], { metadata }: Pod): Result {
    const shown = this.#pods.get(`${metadata.namespace}/${metadata.name}`);
    const isThere = shown?.metadata.uid === metadata.uid;
    // The watch may have been faster than the answer.
    if (what === 'made' ? isThere : !isThere || !isActive(shown)) return again(10);
    this.#steps.set(owner, { pod: metadata.uid, what, at: this.#clock.now() });
    return again(patience);
  }

  /** The cache shows the pod now, or shows that it went. */
  #see(pod: Pod, isGone: boolean): void {
    const owner = controllerOf(pod)?.uid ?? '';
    const step = this.#steps.get(owner);
    if (step?.pod !== pod.metadata.uid) return;
    if (step.what === 'made' || isGone || !isActive(pod)) this.#steps.delete(owner);
  }

  async #writeStatus(replicaSet: ReplicaSet, own: readonly Pod[]): Promise<Result> {
    const { status, metadata } = replicaSet;
    const ready = own.filter(isReady).length;
    const seen = [own.length, ready, metadata.generation];
    if (String(seen) === String([status?.replicas, status?.readyReplicas ?? 0, status?.observedGeneration]))
      return done;
    await this.#client
      .of(ReplicaSets)
      .in(metadata.namespace ?? '')
      .status.update({
        ...replicaSet,
        status: {
          ...status,
          replicas: own.length,
          readyReplicas: ready,
          availableReplicas: ready,
          observedGeneration: metadata.generation ?? 0,
        },
      });
    return done;
  }
}

const isActive = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp && !['Failed', 'Succeeded'].includes(status?.phase ?? '');

const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

const rank = (pod: Pod): number =>
  Number(pod.spec.nodeName !== undefined) + Number(pod.status?.phase === 'Running') + Number(isReady(pod));

const podFor = ({ metadata: owner, spec, ...rest }: ReplicaSet) => ({
  metadata: {
    generateName: `${owner.name}-`,
    labels: spec.template.metadata?.labels ?? {},
    ownerReferences: [controllerReference({ ...rest, metadata: owner })],
  },
  spec: spec.template.spec as Pod['spec'],
});

export default plugin({
  name: 'my-replication',
  description: 'keeps as many pods alive as each ReplicaSet asks for; one step at a time',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new OneStep(client, clock),
      [ApiClient, Clock],
    );
  },
});
