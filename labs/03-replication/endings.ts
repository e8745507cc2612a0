// The checks of what comes of it in the end: a status that is true, rest, and both after whatever failed.

import { Pods } from '../../core/model/pod.ts';
import { ReplicaSets } from '../../core/model/replica-set.ts';
import { ApiError } from '../../core/model/status.ts';
import type { World } from '../kit/world.ts';
import { isReady, nameOf, type Scene, web } from './scene.ts';
import { check } from './story.ts';

export const tellsStatus = check('3.10', {}, async (scene, world) => {
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
  const annotations = { 'lab/version': '2' };
  scene.say('an annotation of the template was changed, which asks for no other number of pods,');
  await world.client
    .of(ReplicaSets)
    .in('default')
    .patch('web', { spec: { template: { metadata: { annotations } } } });
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

export const comesToRest = check('3.11', { nodes: 2 }, async (scene, world) => {
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

export const getsThere = check('3.13', { nodes: 2, seeds: 4 }, async (scene, world) => {
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
