// Whole cluster: the student's store under an API server, with controllers, a scheduler and kubelets that write to it all the
// time, while things go wrong around the store: watches end, calls are slow, so that what was read is old when it is written,
// and the scheduler and controllers are restarted. Everything that is written is written into a store of reference as well, change by change. 6.9 of the lab.

import { assemble, given } from '../../core/cluster/container.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store, type Stored, type StoreEvent } from '../../core/contracts/store.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import type { Check } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';
import { lab } from './alone.ts';
import { isSame, operationOf, shownEvent } from './words.ts';

type Change = Exclude<StoreEvent, { type: 'progress' }>;

const about = { object: 'Deployment default/web' };
const image = (version: string) => ({ name: 'main', image: `kubelab/sleep:${version}` });

export const wholeCluster: Check = {
  id: '6.9',
  seeds: 3,
  run: inWorld({ check: '6.9', lab, nodes: 2 }, async (world) => {
    const changes: Change[] = [];
    const seen = world.store.watch('', { after: 1 }).subscribe((event) => {
      if (event.type !== 'progress') changes.push(event);
    });
    try {
      world.faults.storm({ every: 2, kinds: ['cut', 'expire', 'slow', 'restart'] });
      await live(world);
      world.faults.calm();
      await world.run(1);
    } finally {
      seen.unsubscribe();
    }
    await compare(world, changes);
  }),
};

/** A deployment's whole life. */
async function live(world: World): Promise<void> {
  const { random, client } = world;
  const deployments = client.of(Deployments).in('default');
  const pods = client.of(Pods).in('default');
  const labels = { app: 'web' };
  const spec = {
    replicas: 10,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [image('1')] } },
  };
  await done(world, 'create of web', deployments.create({ metadata: { name: 'web' }, spec } as never));
  await ready(world, 10, '1');
  for (const { metadata } of random.shuffle(world.pods('default')).slice(0, 1 + random.int(4))) {
    await done(world, `delete of ${metadata.name}`, pods.delete(metadata.name, { gracePeriodSeconds: 0 }));
  }
  await ready(world, 10, '1');
  const template = { spec: { containers: [image('2')] } };
  await done(world, 'patch of web', deployments.patch('web', { spec: { template } }, { type: 'strategic' }));
  await world.run(random.int(3));
  const replicas = 2 + random.int(6);
  await done(world, 'patch of web', deployments.patch('web', { spec: { replicas } }));
  await ready(world, replicas, '2');
  await done(world, 'delete of web', deployments.delete('web'));
  await ready(world, 0, '2');
}

/** The answer of the API, for which time has to pass while the store is slow. Fails with `unanswered`. */
async function done<T>(world: World, doing: string, work: Promise<T>): Promise<T> {
  const seconds = 60;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  if (await world.until(() => isOver, seconds)) return work;
  world.fail('unanswered', { doing, seconds }, about);
}

/** So many pods are Ready, with the image of this version, and no others are left. Fails with `stuck`. */
async function ready(world: World, want: number, version: string): Promise<void> {
  const seconds = 120; // in a storm
  const isReady = ({ status, spec }: Pod) =>
    spec.containers[0]?.image === image(version).image &&
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const all = () => world.pods('default');
  const settled = () => all().length === want && all().every(isReady);
  if (await world.until(settled, seconds)) return;
  world.fail('stuck', { want, have: all().filter(isReady).length, pods: all().length, seconds }, about);
}

/** Writes the changes, one by one, into a store of reference; both must tell the same of each, and of what is left. */
async function compare(world: World, changes: readonly Change[]): Promise<void> {
  const reference = assemble([storeMemory()], [given(Clock, world.clock)]).get(Store);
  /** Stores may begin at different revisions. */
  const shift = (changes[0]?.revision ?? 2) - 2;
  for (const change of changes) {
    const wanted: Change = await written(reference, change);
    const have = movedChange(change, shift);
    if (isSame(have, wanted)) continue;
    world.fail('change', { revision: change.revision, have: shownEvent(have), want: shownEvent(wanted) }, about);
  }
  for (const revision of [changes.at(-1)!.revision, changes[Math.floor(changes.length / 2)]!.revision]) {
    const have = (await world.store.list('', { at: revision })).items.map(({ key, value }) => ({ key, value }));
    const { items } = await reference.list('', { at: revision - shift });
    const want = items.map(({ key, value }) => ({ key, value }));
    if (isSame(have, want)) continue;
    const operation = operationOf('list', ['', { at: revision }]);
    const other = want.find((item, nth) => !isSame(item, have[nth])) ?? have.at(want.length)!;
    world.fail('kept', { operation, key: other.key, have: have.length, want: want.length }, about);
  }
  await reference.close();
}

/** The change, as it would be in a store that began so many revisions earlier. */
function movedChange(change: Change, shift: number): Change {
  const moved = <S extends Stored | undefined>(stored: S): S =>
    stored && {
      ...stored,
      createRevision: stored.createRevision - shift,
      modRevision: stored.modRevision - shift,
    };
  const revision = change.revision - shift;
  return change.type === 'put'
    ? { ...change, revision, stored: moved(change.stored), previous: moved(change.previous) }
    : { ...change, revision, previous: moved(change.previous) };
}

/** The change, done to the store of reference. */
async function written(reference: Store, change: Change): Promise<Change> {
  const key = change.type === 'put' ? change.stored.key : change.key;
  const previous = await reference.get(key);
  if (change.type === 'put') {
    const stored = await reference.put(key, change.stored.value);
    return { type: 'put', revision: stored.modRevision, stored, previous };
  }
  if (previous) await reference.delete(key);
  return { type: 'delete', revision: await reference.revision(), key, previous: previous! };
}
