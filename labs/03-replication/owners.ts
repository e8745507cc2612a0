// The checks of which pods: whose they are, which go first, and for whom none are made.

import { controllerOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import { about, inSeconds, isDeletion, isMade, isReady, loner, nameOf, web } from './scene.ts';
import { check } from './story.ts';

export const onlyItsOwn = check('3.7', {}, async (scene, world) => {
  const blue = { app: 'web', color: 'blue' };
  world.observe((change) => {
    const pod = change.object as Pod;
    if (!isDeletion(change) || controllerOf(pod)?.uid === scene.set()?.metadata.uid) return;
    const { kind = '', name = '', uid = '' } = controllerOf(pod) ?? {};
    const values = { pod: nameOf(pod), owner: `${kind} ${name} with uid ${uid}`, uid: scene.set()?.metadata.uid ?? '' };
    world.fail('foreign', values, about(change));
  });
  await scene.create(web(3));
  await scene.arrive('missing');
  await world.run(1);
  // The same name again, another ReplicaSet: there is no garbage collector here, so the pods of the first one stay.
  const old = scene.own();
  const uid = scene.set()!.metadata.uid;
  await world.client.of(ReplicaSets).in('default').delete('web');
  await world.run(1);
  await scene.create(web(2));
  if (!(await world.until(() => scene.own().length === 2, 30))) {
    const have = scene.own().length;
    const pods = old.map(nameOf).join(', ');
    world.fail('namesake', { have, want: 2, pods, uid, newUid: scene.set()!.metadata.uid }, { object: scene.named() });
  }
  await scene.create(web(2, { name: 'web-blue', labels: blue }));
  await scene.arrive('others', 30, 'web-blue');
  await world.run(1);
  await scene.scale(4);
  await scene.arrive('others');
  await scene.scale(1);
  await scene.arrive('others');
  await world.run(3);
  await scene.arrive('others', 1, 'web-blue');
});

export const adopts = check(
  '3.8',
  { controllers: [controllerServiceAccount, controllerGarbageCollector] },
  async (scene, world) => {
    const pods = world.client.of(Pods).in('default');
    const client = world.client.of(ReplicaSets).in('default');
    const ownerOf = (name: string) =>
      controllerOf(world.get<Pod>(Pods, `default/${name}`) ?? ({ metadata: {} } as Pod));
    scene.neverFewer('too-few');
    const expectAdopted = async (names: readonly string[]) => {
      const left = () => names.filter((name) => ownerOf(name)?.uid !== scene.set()?.metadata.uid);
      if (await world.until(() => left().length === 0, 30)) return;
      const pod = left()[0]!;
      world.fail(
        'left-alone',
        { pod, uid: scene.set()?.metadata.uid ?? '', news: scene.news },
        { object: `Pod default/${pod}` },
      );
    };
    await pods.create(loner('stray-1', { app: 'web' }));
    await pods.create(loner('stray-2', { app: 'web', tier: 'front' }));
    await pods.create(loner('other', { app: 'db' }));
    await world.run(1);
    await scene.create(web(3));
    await expectAdopted(['stray-1', 'stray-2']);
    await scene.arrive('count');
    await world.run(2);
    const other = ownerOf('other');
    if (other) world.fail('wrong-one', { pod: 'other', owner: other.name }, { object: 'Pod default/other' });
    const made = world.history.changes.filter(isMade);
    if (made.length !== 1)
      world.fail('count', { have: made.length + 2, want: 3, limit: 2, news: scene.news }, { object: scene.named() });

    // As `kubectl delete rs web --cascade=orphan` and `kubectl apply` do.
    const names = scene.own().map(nameOf);
    await client.delete('web', { propagationPolicy: 'Orphan' });
    if (!(await world.until(() => !scene.set() && names.every((name) => !ownerOf(name)), 30))) return;
    await world.run(1);
    await scene.create(web(3));
    await expectAdopted(names);
    await scene.arrive('count');
  },
);

const ranks = ['not placed', 'placed, but Pending', 'Running, but not ready', 'Ready'] as const;
const rankOf = (pod: Pod): number => {
  if (!pod.spec.nodeName) return 0;
  if (pod.status?.phase !== 'Running') return 1;
  return isReady(pod) ? 3 : 2;
};

export const leastFirst = check('3.9', { seeds: 5 }, async (scene, world) => {
  const gone: Pod[] = [];
  world.observe((change) => {
    if (isDeletion(change)) gone.push(change.previous as Pod);
  });
  await scene.create(web(6));
  await scene.arrive('count');
  const pods = world.random.shuffle(scene.own());
  for (const [at, pod] of pods.entries()) {
    const rank = [0, 0, 1, 2, 3, 3][at] ?? 0;
    if (rank > 0) await scene.bind(pod);
    if (rank === 2) await scene.report(pod, 'Running');
    if (rank === 3) await scene.report(pod, 'Running', true);
  }
  await world.run(2);
  for (const replicas of world.random.int(2) ? [5, 4, 3, 2] : [4, 2]) {
    await scene.scale(replicas);
    await scene.arrive('count');
    await world.run(1);
    const worst = scene.own().reduce((one, other) => (rankOf(other) < rankOf(one) ? other : one));
    const wrong = gone.find((pod) => rankOf(pod) > rankOf(worst));
    if (!wrong) continue;
    const values = {
      pod: nameOf(wrong),
      state: ranks[rankOf(wrong)]!,
      other: nameOf(worst),
      otherState: ranks[rankOf(worst)]!,
      news: scene.news,
    };
    world.fail('order', values, { object: `Pod ${wrong.metadata.namespace}/${nameOf(wrong)}` });
  }
});

export const leavesGoing = check(
  '3.12',
  { nodes: 2, controllers: [controllerServiceAccount, controllerGarbageCollector] },
  async (scene, world) => {
    /** When the ReplicaSet began to go, by its uid. */
    const going = new Map<string, number>();
    /** The owners of pods made after that. */
    const late: string[] = [];
    world.observe((change) => {
      const { kind, what, object, at } = change;
      if (kind === 'ReplicaSet' && (what === 'terminating' || what === 'deleted') && !going.has(object.metadata.uid))
        going.set(object.metadata.uid, at);
      const uid = controllerOf(object)?.uid ?? '';
      const since = going.get(uid);
      if (!isMade(change) || since === undefined) return;
      late.push(uid);
      // News of it takes a moment to reach the part, which may be making all three at that moment.
      if (at - since < 0.5 && late.filter((one) => one === uid).length <= 3) return;
      world.fail('made', { pod: object.metadata.name, since: inSeconds(since) }, about(change));
    });
    const client = world.client.of(ReplicaSets).in('default');
    for (const propagationPolicy of world.random.shuffle(['Foreground', 'Background'] as const)) {
      await scene.create(web(3, { annotations: { 'mock.kubelab.dev/stop-delay': '5s' } }));
      await scene.arrive('count');
      await world.run(2);
      await client.delete('web', { propagationPolicy });
      scene.say(`ReplicaSet web was deleted (${propagationPolicy})`);
      const left = () => world.pods().length + (scene.set() ? 1 : 0);
      if (await world.until(() => left() === 0, 60)) continue;
      world.fail('stays', { pods: world.pods().length, news: scene.news }, { object: scene.named() });
    }
  },
);
