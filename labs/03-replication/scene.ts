// Scene: what the checks of this lab do to a cluster, and what they read off it.
//   scene.create(web(3))     a ReplicaSet
//   scene.own('web')         the pods that count for it, as they stand: not ended, not on their way out, controlled by its uid
//   scene.say('...')         what the check did last, for messages
// Always true: it reads the truth (world), never anybody's cache.

import { controllerOf, type Draft, keyOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import type { Change, PartCall, World } from '../kit/world.ts';

type Labels = Readonly<Record<string, string>>;

/** A ReplicaSet `web` in the namespace default, unless told. */
export const web = (
  replicas: number,
  { name = 'web', namespace = 'default', labels = { app: 'web' } as Labels, annotations = {} as Labels } = {},
): Draft<ReplicaSet> =>
  ({
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: 'main', image: 'kubelab/web' }], terminationGracePeriodSeconds: 30 },
      },
    },
  }) as Draft<ReplicaSet>;

/** A pod that nobody owns. */
export const loner = (name: string, labels: Labels): Draft<Pod> =>
  ({
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'kubelab/web' }] },
  }) as Draft<Pod>;

export const isActive = ({ metadata, status }: Pod): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && metadata.deletionTimestamp === undefined;

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: answer }) => type === 'Ready' && answer === 'True') ?? false;

export const nameOf = ({ metadata }: Pod): string => metadata.name;
export const inSeconds = (at: number): string => `${at.toFixed(3)} s`;

export class Scene {
  readonly #world: World;
  #news = 'the check began';
  #pokes = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** What happened last, with its time. */
  get news(): string {
    return this.#news;
  }

  say(what: string): void {
    this.#news = `${what} at ${inSeconds(this.#world.seconds)}`;
  }

  set(name = 'web', namespace = 'default'): ReplicaSet | undefined {
    return this.#world.get<ReplicaSet>(ReplicaSets, `${namespace}/${name}`);
  }

  wanted(name = 'web', namespace = 'default'): number {
    return this.set(name, namespace)?.spec.replicas ?? 0;
  }

  own(name = 'web', namespace = 'default'): Pod[] {
    const uid = this.set(name, namespace)?.metadata.uid;
    return this.#world.pods(namespace).filter((pod) => isActive(pod) && controllerOf(pod)?.uid === uid);
  }

  async create(draft: Draft<ReplicaSet>): Promise<void> {
    const { name, namespace = 'default' } = draft.metadata;
    this.say(`ReplicaSet ${name} was created with replicas: ${draft.spec.replicas}`);
    await this.#world.client.of(ReplicaSets).in(namespace).create(draft);
  }

  async scale(replicas: number, name = 'web'): Promise<void> {
    this.say(`ReplicaSet ${name} was scaled from ${this.wanted(name)} to ${replicas}`);
    await this.#world.client.of(ReplicaSets).in('default').patch(name, { spec: { replicas } });
  }

  /** Changes a ReplicaSet in a way that asks for nothing: its controller looks again. */
  async poke(name = 'web'): Promise<void> {
    this.#pokes += 1;
    const annotations = { 'lab/looked-at': String(this.#pokes) };
    await this.#world.client.of(ReplicaSets).in('default').patch(name, { metadata: { annotations } });
  }

  /** Deletes a pod; without its grace it is gone at once. */
  async remove(pod: Pod, { grace }: { readonly grace?: number } = { grace: 0 }): Promise<void> {
    this.say(`pod ${nameOf(pod)} was deleted`);
    const options = grace === undefined ? {} : { gracePeriodSeconds: grace };
    await this.#world.client
      .of(Pods)
      .in(pod.metadata.namespace ?? '')
      .delete(nameOf(pod), options);
  }

  /** Plays the scheduler: the pod is on a node (which need not exist). */
  async bind(pod: Pod): Promise<void> {
    const target = { kind: 'Node', name: 'node-1' };
    await this.#world.client.of(Pods).in('default').post(nameOf(pod), 'binding', { target });
  }

  /** Plays the kubelet. */
  async report(pod: Pod, phase: 'Pending' | 'Running' | 'Failed', ready = false): Promise<void> {
    if (phase === 'Failed') this.say(`pod ${nameOf(pod)} failed`);
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
    const status = { phase, conditions };
    await this.#world.client.of(Pods).in('default').status.patch(nameOf(pod), { status });
  }

  /**
   * Waits until as many pods count as are wanted, and says otherwise.
   * @param message with {have}, {want}, {limit} and {news}
   */
  async arrive(message: string, limit = 30, name = 'web', namespace = 'default'): Promise<void> {
    const have = () => this.own(name, namespace).length;
    const want = () => this.wanted(name, namespace);
    if (await this.#world.until(() => have() === want(), limit)) return;
    this.#world.fail(message, { have: have(), want: want(), limit, news: this.#news }, { object: this.named(name) });
  }

  named = (name = 'web'): string => `ReplicaSet default/${name}`;

  /**
   * From now on: a pod that the part makes while there are as many as wanted is one too many.
   * @param message with {pod}, {have}, {want}, {why} and {news}
   */
  neverMore(message: string): void {
    this.#world.observe((change) => {
      if (!isMade(change)) return;
      const pod = change.object as Pod;
      const owner = controllerOf(pod);
      const { namespace = '' } = pod.metadata;
      const want = this.wanted(owner?.name, namespace);
      const have = this.own(owner?.name, namespace).length - 1;
      // Whose pods belong to nobody that exists has another check to fear.
      if (have < want || owner?.uid !== this.set(owner?.name, namespace)?.metadata.uid) return;
      const values = { pod: nameOf(pod), have, want, why: this.#why(change), news: this.#news };
      this.#world.fail(message, values, about(change));
    });
  }

  /**
   * From now on: a pod that the part deletes while there are no more than wanted is one too few.
   * @param message with {pod}, {have}, {want} and {why}
   */
  neverFewer(message: string): void {
    this.#world.observe((change) => {
      if (!isDeletion(change)) return;
      const pod = change.object as Pod;
      const want = this.wanted();
      const have = this.own().length;
      if (have >= want || controllerOf(pod)?.uid !== this.set()?.metadata.uid) return;
      const before = this.#world.history.changes.filter((past) => past !== change && isDeletion(past));
      const names = before.slice(-3).map(({ object }) => object.metadata.name);
      const fault = this.#world.faults.last ?? this.#news;
      const why = names.length > 0 ? `${fault}; before that you deleted ${names.join(', ')}` : fault;
      this.#world.fail(message, { pod: nameOf(pod), have, want, why }, about(change));
    });
  }

  /** What went before, and what the part could not know. */
  #why(change: Change): string {
    const call = this.#world.calls.find((made) => made.outcome === 'pending' && made.verb === 'create');
    const lacked = this.#unseen(call, change.key);
    const fault = this.#world.faults.last ?? this.#news;
    if (lacked.length > 0) return `${fault}; your cache lacked ${lacked.join(', ')}`;
    return `${fault}; by then your cache showed every pod: what had you counted?`;
  }

  #unseen(call: PartCall | undefined, made: string): string[] {
    const active = new Set(this.#world.pods().filter(isActive).map(keyOf));
    return (call?.lacked ?? [])
      .filter((object) => object.startsWith('Pod '))
      .map((object) => object.slice('Pod '.length))
      .filter((key) => key !== made && active.has(key))
      .map((key) => key.replace(/^default\//, ''));
  }
}

/** The part made a pod. */
export const isMade = ({ kind, what, by }: Change): boolean => kind === 'Pod' && what === 'created' && by === 'you';

/** The part deleted a pod that counted until then. */
export const isDeletion = ({ kind, what, by, previous }: Change): boolean =>
  kind === 'Pod' &&
  by === 'you' &&
  (what === 'terminating' || what === 'deleted') &&
  previous !== undefined &&
  isActive(previous as Pod);

/** What a finding about a change is about. */
export const about = ({ kind, key, line }: Change) => ({ object: `${kind} ${key}`, ...(line && { line }) });
