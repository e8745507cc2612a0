// Another right way: names that the controller gives itself, web-1, web-2, ... A second attempt to make web-2 meets
// AlreadyExists, so not even an answer that was lost on the way makes one pod too many. This is how a StatefulSet works.

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

/** Milliseconds after which a pod that was asked for is given up if nobody has seen it. */
const patience = 150_000;

class Named implements Controller {
  readonly name = 'replicaset';
  /** Keys of pods that were asked for and are not seen yet: whose, and since when. */
  readonly #asked = new Map<string, { readonly owner: string; readonly since: number; made: boolean }>();
  /** The last number that was given out, by the owner's uid. */
  readonly #last = new Map<string, number>();
  readonly #deleted = new Set<string>();
  #replicaSets!: Informer<ReplicaSet>;
  #pods!: Informer<Pod>;

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
  ) {}

  sources(informers: Informers): Source[] {
    this.#replicaSets = informers.of(ReplicaSets);
    this.#pods = informers.of(Pods);
    const keys = itsController('ReplicaSet');
    const selects = whoeverSelects(this.#replicaSets, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#replicaSets, itself),
      from(this.#pods, (change) => {
        this.#asked.delete(keyOf(change.object));
        if (change.type === 'delete') this.#deleted.delete(change.object.metadata.uid);
        return [...keys(change), ...selects(change)];
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const replicaSet = this.#replicaSets.get(key);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp) return done;
    const { uid, namespace = '' } = replicaSet.metadata;
    for (const [asked, { owner, made }] of [...this.#asked]) {
      if (owner === uid && !made) await this.#ask(replicaSet, asked);
    }
    // Both are read in one go: a pod that shows up in between would be in neither.
    const awaited = this.#awaited(uid);
    const active = this.#pods.inNamespace(namespace).filter((pod) => this.#isActive(pod));
    const own = active.filter((pod) => controllerOf(pod)?.uid === uid);
    const selector = selectorOf(replicaSet.spec.selector);
    for (const orphan of active.filter((pod) => !controllerOf(pod) && matches(selector, pod.metadata.labels))) {
      const metadata = { ...orphan.metadata, ownerReferences: [controllerReference(replicaSet)] };
      own.push(await this.client.of(Pods).update({ ...orphan, metadata }));
    }
    let missing = (replicaSet.spec.replicas ?? 1) - own.length - awaited;
    for (; missing > 0; missing -= 1) await this.#ask(replicaSet, this.#nextKey(replicaSet));
    own.sort((a, b) => worth(a).localeCompare(worth(b)));
    for (const pod of own.slice(0, Math.max(0, -missing))) await this.#delete(pod);
    await this.#writeStatus(replicaSet, own);
    return this.#awaited(uid) > 0 ? again(patience) : done;
  }

  /** The name after the highest one there is or was. */
  #nextKey({ metadata: { uid, name, namespace = '' } }: ReplicaSet): string {
    const pattern = new RegExp(`^${name}-([0-9]+)$`);
    const numbers = this.#pods
      .inNamespace(namespace)
      .map(({ metadata }) => Number(pattern.exec(metadata.name)?.[1] ?? 0));
    const next = Math.max(0, this.#last.get(uid) ?? 0, ...numbers) + 1;
    this.#last.set(uid, next);
    return `${namespace}/${name}-${next}`;
  }

  /** Makes the pod of that name, if it is not there yet. When this fails, the same name is asked for again. */
  async #ask(replicaSet: ReplicaSet, key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const { uid: owner } = replicaSet.metadata;
    const asked = { owner, since: this.clock.now(), made: false };
    this.#asked.set(key, asked);
    const { metadata, spec } = replicaSet.spec.template;
    const ownerReferences = [controllerReference(replicaSet)];
    const draft = { metadata: { ...metadata, name, ownerReferences }, spec: spec as Pod['spec'] };
    await this.client.of(Pods).in(namespace).create(draft).catch(unlessThere);
    asked.made = true;
    if (this.#pods.get(key)) this.#asked.delete(key);
  }

  #awaited(owner: string): number {
    for (const [key, { since }] of this.#asked) if (this.clock.now() - since >= patience) this.#asked.delete(key);
    return [...this.#asked.values()].filter((asked) => asked.owner === owner).length;
  }

  async #delete({ metadata: { name, namespace = '', uid } }: Pod): Promise<void> {
    await this.client.of(Pods).in(namespace).delete(name, { preconditions: { uid } });
    if (this.#pods.get(`${namespace}/${name}`)?.metadata.uid === uid) this.#deleted.add(uid);
  }

  #isActive({ metadata, status }: Pod): boolean {
    if (metadata.deletionTimestamp || this.#deleted.has(metadata.uid)) return false;
    return status?.phase !== 'Failed' && status?.phase !== 'Succeeded';
  }

  async #writeStatus(replicaSet: ReplicaSet, own: readonly Pod[]): Promise<void> {
    const { status: before, metadata } = replicaSet;
    const ready = own.filter(isReady).length;
    const generation = metadata.generation ?? 0;
    const isWritten = before?.replicas === own.length && before.observedGeneration === generation;
    if (isWritten && (before.readyReplicas ?? 0) === ready) return;
    const { generation: observedGeneration = 0, name, namespace = '' } = metadata;
    const status = { replicas: own.length, readyReplicas: ready, availableReplicas: ready, observedGeneration };
    await this.client.of(ReplicaSets).in(namespace).status.patch(name, { status });
  }
}

const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** A text that sorts what goes first to the front. */
const worth = (pod: Pod): string =>
  [pod.spec.nodeName !== undefined, pod.status?.phase === 'Running', isReady(pod)].map(Number).join('');

function unlessThere(error: unknown): void {
  if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
}

export default plugin({
  name: 'my-replication',
  description: 'keeps as many pods alive as each ReplicaSet asks for; gives them names',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient, clock: Clock) => new Named(client, clock), [ApiClient, Clock]);
  },
});
