// The checks of lab 3. Each lives through a story in a whole cluster; what must hold at every instant is watched by
// observers, what must come about in the end is waited for. In the numbering of README.md's invariants.

import { controllerOf } from '../../core/model/meta.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { ApiError, conflict, expired } from '../../core/model/status.ts';
import { controllerGarbageCollector } from '../../plugins/controller-garbage-collector/plugin.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Check, Lab } from '../kit/lab.ts';
import { inWorld, type World, type WorldOptions } from '../kit/world.ts';
import { about, inSeconds, isDeletion, isMade, isReady, loner, nameOf, Scene, web } from './scene.ts';

/** A check of this lab: a story in a cluster whose only other controllers are those that the story needs. */
const check = (
  id: string,
  options: Omit<WorldOptions, 'check' | 'lab'> & { readonly seeds?: number },
  story: (scene: Scene, world: World) => Promise<void>,
): Check => {
  const { seeds = 3, ...rest } = options;
  const all = { lab: '03-replication', check: id, nodes: 0, controllers: [controllerServiceAccount], ...rest };
  return { id, seeds, run: inWorld(all, (world) => story(new Scene(world), world)) };
};

const makesMissing = check('3.1', {}, async (scene, world) => {
  world.observe((change) => {
    if (!isMade(change)) return;
    const pod = change.object as Pod;
    const { namespace = '', name, labels } = pod.metadata;
    const owner = controllerOf(pod);
    const set = scene.set('web', namespace);
    if (owner?.uid !== set?.metadata.uid) {
      const found = owner ? `${owner.kind} ${owner.name}, uid ${owner.uid}` : 'nobody';
      world.fail('owner', { pod: name, found, uid: set?.metadata.uid ?? '' }, about(change));
    }
    if (!name.startsWith('web-')) world.fail('name', { pod: name }, about(change));
    const found = JSON.stringify(labels ?? {});
    if (labels?.app !== 'web') world.fail('labels', { pod: name, found }, about(change));
    const image = pod.spec.containers?.[0]?.image;
    if (image !== 'kubelab/web') world.fail('spec', { pod: name, found: String(image) }, about(change));
  });
  await world.client.of(Namespaces).create({ metadata: { name: 'shop' } });
  await world.run(1);
  await scene.create(web(3));
  await scene.create(web(2, { namespace: 'shop' }));
  for (const namespace of ['default', 'shop']) {
    const have = () => scene.own('web', namespace).length;
    const want = scene.wanted('web', namespace);
    if (await world.until(() => have() === want, 10)) continue;
    const object = `ReplicaSet ${namespace}/web`;
    world.fail('not-made', { have: have(), want, set: `${namespace}/web` }, { object });
  }
  await world.run(5);
  for (const namespace of ['default', 'shop']) {
    const [have, want] = [scene.own('web', namespace).length, scene.wanted('web', namespace)];
    if (have !== want) world.fail('not-made', { have, want, set: `${namespace}/web` });
  }
});

const replacesLost = check('3.2', {}, async (scene, world) => {
  await scene.create(web(3));
  await scene.arrive('missing');
  await world.run(1);
  await scene.remove(world.random.pick(scene.own())!);
  await scene.arrive('missing');
  await world.run(1);
  await scene.report(world.random.pick(scene.own())!, 'Failed');
  await scene.arrive('missing');
  await world.run(1);
  for (const pod of scene.own()) await scene.remove(pod);
  scene.say('all pods were deleted');
  await scene.arrive('missing');
});

const deletesSurplus = check('3.3', { nodes: 2, seeds: 3 }, async (scene, world) => {
  scene.neverFewer('too-few');
  await scene.create(web(4));
  await scene.arrive('count');
  await world.run(2);
  await scene.scale(2);
  await scene.arrive('count');
  await world.run(2);
  await scene.scale(5);
  await scene.arrive('count');
  await world.run(2);
  world.faults.lateness(300 + world.random.int(500));
  await scene.scale(2);
  for (let look = 0; look < 4; look += 1) {
    await world.run(0.25);
    await scene.poke();
  }
  await scene.arrive('count');
  world.faults.calm();
  await scene.scale(0);
  await scene.arrive('count');
});

/** One thing that makes caches stale or writes fail, drawn from the seed. None of them hides whether a pod was made. */
async function strike(world: World, scene: Scene): Promise<void> {
  const { faults, random } = world;
  const refusals = [new ApiError(500, 'InternalError', 'out of order'), conflict(Pods, '')];
  const strikes = [
    () => faults.cutWatches(),
    () => faults.cutWatches(expired('too old resource version')),
    () => faults.lateness(400 + random.int(1200)),
    () => faults.lateness(400 + random.int(1200)),
    () => faults.slow(20 + random.int(300)),
    () => faults.failWrites(1 + random.int(2), random.pick(refusals)),
    () => faults.restartPart(),
  ];
  await random.pick(strikes)!();
  scene.say(faults.last ?? scene.news);
}

const neverMore = check('3.4', { nodes: 2, seeds: 10 }, async (scene, world) => {
  scene.neverMore('surplus');
  const { random, faults } = world;
  await world.run(2);
  if (random.int(2)) faults.cutWatches();
  else faults.lateness(400 + random.int(1200));
  await scene.create(web(3));
  for (let round = 0; round < 4; round += 1) {
    for (let look = 0; look < 4; look += 1) {
      await world.run(0.1 + random.next() * 0.4);
      await scene.poke();
    }
    if (!(await world.until(() => scene.own().length === scene.wanted(), 30))) break;
    faults.calm();
    await world.run(random.int(3));
    await strike(world, scene);
    if (random.int(3) === 0) await scene.scale(scene.wanted() + 1);
    else for (const pod of random.shuffle(scene.own()).slice(0, 1 + random.int(2))) await scene.remove(pod);
  }
  faults.calm();
  // A pod that came and went while a watch was cut is never seen; Kubernetes waits five minutes for it.
  await scene.arrive('too-few', 400);
});

const ignoresTerminating = check('3.5', { nodes: 2 }, async (scene, world) => {
  scene.neverMore('surplus');
  await scene.create(web(3, { annotations: { 'mock.kubelab.dev/stop-delay': '20s' } }));
  await scene.arrive('missing');
  await world.run(2);
  const victim = world.random.pick(scene.own())!;
  await scene.remove(victim, {});
  if (!(await world.until(() => scene.own().length === 3, 15))) {
    const [have, want] = [scene.own().length, scene.wanted()];
    world.fail(
      'not-replaced',
      { pod: nameOf(victim), have, want, news: scene.news },
      { object: `Pod default/${nameOf(victim)}` },
    );
  }
  // Twenty seconds later it is gone: no news for anybody who did not count it.
  await world.run(25);
  await scene.arrive('missing');
});

const countsPods = check('3.6', {}, async (scene, world) => {
  const { random, faults } = world;
  scene.neverMore('twice');
  await scene.create(web(3));
  await scene.arrive('missing');
  for (const pod of scene.own()) await scene.report(pod, 'Running', true);
  await world.run(3);
  await scene.arrive('missing');

  const failed = random.pick(scene.own())!;
  await scene.report(failed, 'Failed');
  await scene.arrive('missing');
  await world.run(2);
  await scene.remove(failed);
  scene.say(`pod ${nameOf(failed)}, which had failed before, was deleted`);
  await world.run(5);
  await scene.arrive('missing');

  scene.say('your part was started anew');
  await faults.restartPart();
  await world.run(5);
  await scene.arrive('missing');

  // Two events in one: while nobody watches, a pod goes and another one like it comes.
  faults.cutWatches(expired('too old resource version'));
  const [first, second] = random.shuffle(scene.own());
  await scene.remove(first!);
  await scene.report(second!, 'Failed');
  scene.say(`pods ${nameOf(first!)} and ${nameOf(second!)} were lost while the watch was cut,`);
  await scene.arrive('missing', 400);
  await world.run(3);
  for (let look = 0; look < 5; look += 1) await scene.poke();
  await world.run(3);
  await scene.arrive('missing');
});

const onlyItsOwn = check('3.7', {}, async (scene, world) => {
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

const adopts = check(
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

const leastFirst = check('3.9', { seeds: 5 }, async (scene, world) => {
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

const tellsStatus = check('3.10', {}, async (scene, world) => {
  const expectStatus = async () => {
    const truth = () => ({
      replicas: scene.own().length,
      readyReplicas: scene.own().filter(isReady).length,
      observedGeneration: scene.set()?.metadata.generation ?? 0,
    });
    const said = (field: string) => Number((scene.set()?.status as Record<string, unknown> | undefined)?.[field] ?? 0);
    const wrong = () => Object.entries(truth()).find(([field, value]) => said(field) !== value);
    if (await world.until(() => wrong() === undefined, 30)) return;
    const [field, value] = wrong()!;
    const message = field === 'observedGeneration' ? 'generation' : 'status';
    world.fail(message, { field, found: said(field), truth: value, news: scene.news }, { object: scene.named() });
  };
  await scene.create(web(3));
  await scene.arrive('count');
  await expectStatus();
  for (const pod of scene.own().slice(1)) {
    await scene.bind(pod);
    await scene.report(pod, 'Running', true);
    scene.say(`pod ${nameOf(pod)} became ready`);
    await world.run(1);
  }
  await expectStatus();
  await scene.scale(4);
  await scene.arrive('count');
  await expectStatus();
  const ready = scene.own().find(isReady)!;
  await scene.report(ready, 'Running', false);
  scene.say(`pod ${nameOf(ready)} was no longer ready`);
  await expectStatus();
  await scene.report(scene.own().find(isReady)!, 'Failed');
  await expectStatus();
  await scene.arrive('count');
  await expectStatus();
  await scene.scale(0);
  await scene.arrive('count');
  await expectStatus();
});

/** Nothing is written for so many seconds. */
async function expectRest(scene: Scene, world: World, seconds: number): Promise<void> {
  const before = world.calls.length;
  await world.run(seconds);
  const made = world.calls.slice(before);
  if (made.length === 0) return;
  const { verb, kind, key, line } = made.at(-1)!;
  const values = { count: made.length, seconds, last: `${verb} of ${kind} ${key}`, news: scene.news };
  world.fail('restless', values, { object: scene.named(), ...(line && { line }) });
}

const comesToRest = check('3.11', { nodes: 2 }, async (scene, world) => {
  await scene.create(web(3));
  await scene.arrive('count');
  await world.until(() => scene.own().every(isReady), 30);
  await world.run(5);
  await expectRest(scene, world, 30);
  await scene.poke();
  scene.say('an annotation of the ReplicaSet was changed');
  await expectRest(scene, world, 5);
  const [pod] = scene.own();
  await world.client
    .of(Pods)
    .in('default')
    .patch(nameOf(pod!), { metadata: { annotations: { 'lab/note': 'hello' } } });
  scene.say(`an annotation of pod ${nameOf(pod!)} was changed`);
  await expectRest(scene, world, 5);
  scene.say('your part was started anew');
  await world.faults.restartPart();
  await expectRest(scene, world, 10);
});

const leavesGoing = check(
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

const getsThere = check('3.13', { nodes: 2, seeds: 10 }, async (scene, world) => {
  const { random, faults } = world;
  // To begin with: the first three pods cannot be made, and nothing else happens that could wake anybody.
  const broken = new ApiError(500, 'InternalError', 'out of order');
  faults.failWrites(3, broken);
  await scene.create(web(3));
  await scene.arrive('refused');
  await world.run(1);
  faults.failWrites(1, broken);
  await scene.scale(2);
  await scene.arrive('refused');
  faults.storm({ every: 2, kinds: ['cut', 'expire', 'late', 'fail', 'lose', 'slow', 'restart'] });
  for (let round = 0; round < 8; round += 1) {
    await world.run(1 + random.int(5));
    const act = random.int(4);
    if (act === 0) await scene.scale(random.int(6));
    else if (act === 1) for (const pod of scene.own().slice(0, 2)) await scene.remove(pod);
    else if (act === 2) for (const pod of scene.own().slice(0, 1)) await scene.remove(pod, {});
    else await scene.poke();
  }
  faults.calm();
  await scene.scale(3);
  scene.say('the last fault was over');
  await scene.arrive('never', 400);
  await world.run(60);
  await scene.arrive('never', 400);
  const { status, metadata } = scene.set()!;
  const found = `replicas ${status?.replicas}, observedGeneration ${status?.observedGeneration}`;
  if (status?.replicas !== 3 || status.observedGeneration !== metadata.generation) {
    world.fail('status', { found, generation: metadata.generation ?? 0 }, { object: scene.named() });
  }
  await expectRest(scene, world, 10);
});

export const lab: Lab = {
  number: 3,
  name: 'replication',
  hours: 4,
  file: 'replication.ts',
  slot: 'Controller',
  checks: [
    makesMissing,
    replacesLost,
    deletesSurplus,
    neverMore,
    ignoresTerminating,
    countsPods,
    onlyItsOwn,
    adopts,
    leastFirst,
    tellsStatus,
    comesToRest,
    leavesGoing,
    getsThere,
  ],
};
export default lab;

describeLab(lab);
