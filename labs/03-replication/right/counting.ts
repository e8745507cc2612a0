// Another right way, and Kubernetes' own: expectations by counting. Before pods are made, their number is written down;
// each pod that the cache shows for the first time takes one off. As long as some are expected, nothing is done.

import {
  ApiClient,
  ApiError,
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
  keyOf,
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

/** Milliseconds after which expectations are given up, as in Kubernetes. */
const patience = 300_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

class Counting implements Controller {
  readonly name = 'replicaset';
  readonly #expected = new Map<string, Expected>();
  #replicaSets!: Informer<ReplicaSet>;
  #pods!: Informer<Pod>;

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
  ) {}

  sources(informers: Informers): Source[] {
    this.#replicaSets = informers.of(ReplicaSets);
    this.#pods = informers.of(Pods);
    this.#pods.index('owner', (pod) => [controllerOf(pod)?.uid ?? '']);
    const keys = itsController('ReplicaSet');
    const selects = whoeverSelects(this.#replicaSets, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#replicaSets, itself),
      from(this.#pods, (change) => {
        const { metadata } = change.object;
        const expected = this.#expected.get(controllerOf(change.object)?.uid ?? '');
        const isNew = change.type === 'apply' && change.previous === undefined;
        if (expected && isNew && expected.creations > 0) expected.creations -= 1;
        if (change.type === 'delete' || metadata.deletionTimestamp) expected?.deletions.delete(metadata.uid);
        return new Set([...keys(change), ...selects(change)]);
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const replicaSet = this.#replicaSets.get(key);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp) return done;
    const { uid } = replicaSet.metadata;
    // Asked before the pods are counted: what shows up in between is then not counted, and not expected either.
    const wait = this.#wait(uid);
    const pods = await this.#claim(replicaSet);
    let failure: unknown;
    if (wait === 0) failure = await this.#manage(replicaSet, pods);
    await this.#writeStatus(replicaSet, pods);
    if (failure !== undefined) throw failure;
    return this.#wait(uid) > 0 ? again(this.#wait(uid)) : done;
  }

  /** Milliseconds that are left to wait for what is expected. */
  #wait(uid: string): number {
    const expected = this.#expected.get(uid);
    if (!expected || (expected.creations <= 0 && expected.deletions.size === 0)) return 0;
    return Math.max(0, expected.since + patience - this.clock.now());
  }

  async #claim(replicaSet: ReplicaSet): Promise<Pod[]> {
    const { namespace = '', uid } = replicaSet.metadata;
    const free = this.#pods
      .by('owner', '')
      .filter(({ metadata }) => metadata.namespace === namespace)
      .filter(({ metadata }) => matches(selectorOf(replicaSet.spec.selector), metadata.labels))
      .filter(isActive);
    const own = this.#pods.by('owner', uid).filter(isActive);
    for (const { metadata } of free) {
      const patch = { metadata: { uid: metadata.uid, ownerReferences: [controllerReference(replicaSet)] } };
      const door = this.client.of(Pods).in(namespace);
      own.push(await door.patch(metadata.name, patch, { type: 'strategic' }));
    }
    return own;
  }

  /** Makes or deletes, all at once; gives the first failure. */
  async #manage(replicaSet: ReplicaSet, pods: readonly Pod[]): Promise<unknown> {
    const { uid, namespace = '', name } = replicaSet.metadata;
    const door = this.client.of(Pods).in(namespace);
    const missing = (replicaSet.spec.replicas ?? 1) - pods.length;
    const surplus = [...pods].sort(byUse).slice(0, Math.max(0, -missing));
    const expected: Expected = {
      creations: Math.max(0, missing),
      deletions: new Set(surplus.map(({ metadata }) => metadata.uid)),
      since: this.clock.now(),
    };
    this.#expected.set(uid, expected);
    const { metadata, spec } = replicaSet.spec.template;
    const ownerReferences = [controllerReference(replicaSet)];
    const draft = { metadata: { ...metadata, generateName: `${name}-`, ownerReferences }, spec: spec as Pod['spec'] };
    const creations = Array.from({ length: Math.max(0, missing) }, () =>
      door.create(draft).catch((error) => {
        expected.creations -= 1;
        throw error;
      }),
    );
    const deletions = surplus.map(({ metadata: pod }) =>
      door.delete(pod.name, { preconditions: { uid: pod.uid } }).catch((error) => {
        expected.deletions.delete(pod.uid);
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      }),
    );
    const results = await Promise.allSettled([...creations, ...deletions]);
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  async #writeStatus(replicaSet: ReplicaSet, pods: readonly Pod[]): Promise<void> {
    const readyReplicas = pods.filter(isReady).length;
    const status = {
      ...replicaSet.status,
      replicas: pods.length,
      readyReplicas,
      availableReplicas: readyReplicas,
      observedGeneration: replicaSet.metadata.generation ?? 0,
    };
    if (JSON.stringify(status) === JSON.stringify(replicaSet.status)) return;
    await this.client.of(ReplicaSets).status.update({ ...replicaSet, status });
  }
}

const isActive = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp && status?.phase !== 'Failed' && status?.phase !== 'Succeeded';

const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** Kubernetes' order as far as this lab goes, then the younger first. */
const byUse = (a: Pod, b: Pod): number =>
  Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
  Number(a.status?.phase === 'Running') - Number(b.status?.phase === 'Running') ||
  Number(isReady(a)) - Number(isReady(b)) ||
  b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp) ||
  keyOf(a).localeCompare(keyOf(b));

export default plugin({
  name: 'my-replication',
  description: 'keeps as many pods alive as each ReplicaSet asks for; expects what it has done',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue(
      (client: ApiClient, clock: Clock) => new Counting(client, clock),
      [ApiClient, Clock],
    );
  },
});
