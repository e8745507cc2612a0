// Another right way: ask the API itself before each change. Then nothing has to be remembered, since what was done a
// moment ago is there; the caches only say when to look. It costs a list of pods each time, which is why Kubernetes, with
// thousands of ReplicaSets, does not do it.

import {
  ApiClient,
  ApiError,
  Controller,
  controllerOf,
  controllerReference,
  done,
  from,
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

class TruthFirst implements Controller {
  readonly name = 'replicaset';
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): Source[] {
    const replicaSets = informers.of(ReplicaSets);
    const selects = (replicaSet: ReplicaSet, labels: Readonly<Record<string, string>>) =>
      matches(selectorOf(replicaSet.spec.selector), labels);
    const pods = informers.of(Pods);
    return [
      from(replicaSets, itself),
      from(pods, itsController('ReplicaSet')),
      from(pods, whoeverSelects(replicaSets, selects)),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const [namespace = '', name = ''] = key.split('/');
    const replicaSet = await this.#client.of(ReplicaSets).in(namespace).get(name).catch(undefinedIfMissing);
    if (!replicaSet || replicaSet.metadata.deletionTimestamp) return done;
    const pods = this.#client.of(Pods).in(namespace);
    const active = (await pods.list()).items.filter(
      ({ metadata, status }) => !metadata.deletionTimestamp && !/Succeeded|Failed/.test(status?.phase ?? ''),
    );
    const own = active.filter((pod) => controllerOf(pod)?.uid === replicaSet.metadata.uid);
    const selector = selectorOf(replicaSet.spec.selector);
    for (const orphan of active.filter((pod) => !controllerOf(pod) && matches(selector, pod.metadata.labels))) {
      const metadata = { ...orphan.metadata, ownerReferences: [controllerReference(replicaSet)] };
      own.push(await pods.update({ ...orphan, metadata }));
    }

    const wanted = replicaSet.spec.replicas ?? 1;
    for (let have = own.length; have < wanted; have += 1) {
      const { metadata, spec } = replicaSet.spec.template;
      const ownerReferences = [controllerReference(replicaSet)];
      const draft = { metadata: { ...metadata, generateName: `${name}-`, ownerReferences }, spec: spec as Pod['spec'] };
      own.push(await pods.create(draft));
    }
    own.sort((a, b) => Number(isReady(b)) - Number(isReady(a)) || stage(b) - stage(a));
    while (own.length > wanted) await pods.delete(own.pop()!.metadata.name);

    await this.#writeStatus(replicaSet, own);
    return done;
  }

  async #writeStatus(replicaSet: ReplicaSet, own: readonly Pod[]): Promise<void> {
    const ready = own.filter(isReady).length;
    const status = {
      replicas: own.length,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: replicaSet.metadata.generation ?? 0,
    };
    const before = replicaSet.status as Readonly<Record<string, unknown>> | undefined;
    if (Object.entries(status).every(([field, value]) => (before?.[field] ?? 0) === value)) return;
    const { name, namespace = '' } = replicaSet.metadata;
    await this.#client.of(ReplicaSets).in(namespace).status.patch(name, { status });
  }
}

const isReady = ({ status }: Pod): boolean => isTrue(status?.conditions, 'Ready');

/** How far it has come. */
const stage = ({ spec, status }: Pod): number => (status?.phase === 'Running' ? 2 : spec.nodeName ? 1 : 0);

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

export default plugin({
  name: 'my-replication',
  description: 'keeps as many pods alive as each ReplicaSet asks for; asks the API before it acts',
  provides: [Controller],
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new TruthFirst(client), [ApiClient]);
  },
});
