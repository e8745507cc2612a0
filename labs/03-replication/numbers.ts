// The checks of how many pods there are: made, replaced, deleted, never made twice.

import { controllerOf } from '../../core/model/meta.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError, conflict, expired } from '../../core/model/status.ts';
import type { World } from '../kit/world.ts';
import { about, isMade, nameOf, type Scene, web } from './scene.ts';
import { check } from './story.ts';

export const makesMissing = check('3.1', {}, async (scene, world) => {
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

export const replacesLost = check('3.2', {}, async (scene, world) => {
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

export const deletesSurplus = check('3.3', { nodes: 2, seeds: 3 }, async (scene, world) => {
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

export const neverMore = check('3.4', { nodes: 2, seeds: 6 }, async (scene, world) => {
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

export const ignoresTerminating = check('3.5', { nodes: 2 }, async (scene, world) => {
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

export const countsPods = check('3.6', {}, async (scene, world) => {
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
