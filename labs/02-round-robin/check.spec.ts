// What lab 2 asks of a round-robin scheduler. Pods mostly come one by one, so that there is one turn at a time; who sits at
// the table, and in which order they came, is drawn from the seed.

import type { NodeConfig } from '../../core/cluster/settings.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { Nodes } from '../../core/model/node.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Check, Lab } from '../kit/lab.ts';
import { inWorld } from '../kit/world.ts';
import { about, joining, numbered, patience, Round, roomy, trees } from './round.ts';
import { type Turn, Turns } from './turns.ts';

/** A check in a world of its own. @param nodes names of the nodes that are there from the beginning */
function check(
  id: string,
  nodes: (random: SeededRandom) => readonly NodeConfig[],
  work: (round: Round) => Promise<void>,
): Check {
  return {
    id,
    seeds: 3,
    run: (part, seed) => {
      const random = new SeededRandom(`${id} ${seed}`);
      const turns = new Turns();
      const options = { check: id, lab: '02-round-robin', nodes: nodes(random) };
      const run = inWorld(options, (world) => work(new Round(world, turns, random)));
      return run(turns.listen(part), seed);
    },
  };
}

const some = (least: number, most: number) => (random: SeededRandom) =>
  joining(random, least + random.int(most - least + 1)).map((name): NodeConfig => ({ name, capacity: roomy }));

const everyPod = check('2.1', some(1, 4), async (round) => {
  const replicas = 3 + round.random.int(6);
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'kubelab/sleep' }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  await round.world.client
    .of(Deployments)
    .in('default')
    .create({ metadata: { name: 'web' }, spec } as never);
  await round.world.until(() => round.world.pods().length === replicas, patience);
  for (const pod of round.world.pods()) await round.placed(pod.metadata.name);
});

const evenly = check('2.2', some(2, 5), async (round) => {
  const had = new Map(round.names.map((name) => [name, 0]));
  round.onPlaced((_, pod, node) => {
    had.set(node, had.get(node)! + 1);
    const [other, least] = [...had].sort(([, a], [, b]) => a - b)[0]!;
    const most = had.get(node)!;
    if (most - least > 1) round.fail('uneven', pod, { node, most, other, least });
  });
  for (let count = 0; count < 3 * had.size; count += 1) await round.place();
});

const byNames = check(
  '2.3',
  () => [],
  async (round) => {
    round.inTurn(() => 'turn');
    const names = joining(round.random, 6, numbered.slice(0, 3 + round.random.int(4)));
    for (const name of names) await round.join(name);
    for (let count = 0; count < 2 * names.length; count += 1) await round.place();
  },
);

const taint = { key: 'dedicated', value: 'lab', effect: 'NoSchedule' } as const;

const passedOver = check(
  '2.4',
  (random) => {
    const [tainted, small, ...others] = random.shuffle(some(4, 6)(random));
    return random.shuffle([
      { ...tainted, taints: [taint] },
      { ...small, capacity: { ...roomy, pods: '2' } },
      ...others,
    ]);
  },
  async (round) => {
    const { world, random } = round;
    round.onPlaced((turn, pod, node) => {
      if (turn.refused.has(node)) round.fail('unfit', pod, { node, ...about(turn) });
    });
    round.inTurn(() => 'turn');
    const cordon = (name: string, unschedulable: boolean) =>
      world.client.of(Nodes).patch(name, { spec: { unschedulable } });
    for (let times = 0; times < 3; times += 1) {
      const name = random.pick(round.names)!;
      await cordon(name, true);
      await world.run(0.1);
      for (let count = 0; count < 4; count += 1) {
        const tolerations = random.int(2) === 0 ? [{ key: taint.key, operator: 'Exists' }] : [];
        const pod = await round.create({ tolerations } as never);
        await world.run(0.1);
        const turn = round.turns.of(pod);
        if (turn && turn.answer === undefined && turn.wanted !== undefined) round.fail('given-up', pod, about(turn));
        await round.placed(pod);
      }
      await cordon(name, false);
      await world.run(0.1);
    }
  },
);

const noLostTurn = check('2.5', some(2, 5), async (round) => {
  let giant = '';
  round.inTurn(
    () => (giant ? 'turn-lost' : 'turn'),
    () => ({ giant }),
  );
  for (let times = 0; times < 4; times += 1) {
    for (let count = round.random.int(3); count >= 0; count -= 1) await round.place();
    giant = await round.create({}, '640');
    await round.world.run(0.1);
    const turn = round.turns.of(giant);
    const { refused, counts, answer } = turn ?? {};
    if (turn && answer !== undefined) round.fail('unfit', giant, { giant, node: answer, ...about(turn) });
    const counted = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
    if (refused && counted < refused.size) {
      round.fail('reasons', giant, { giant, counts: JSON.stringify(counts), nodes: refused.size });
    }
  }
  await round.place();
});

const noNode = check(
  '2.6',
  () => [],
  async (round) => {
    const { world, random } = round;
    for (let times = 0; times < 2; times += 1) {
      const pod = await round.create();
      await world.run(1 + random.int(5));
      // A new scheduler finds the pod as it finds a new one. What it forgets, its turn, is not asked here.
      if (random.int(2) === 0) await world.faults.restartPart();
      world.faults.cutWatches();
      await world.run(1);
      const [first = '', ...others] = joining(random, 3);
      await round.join(first);
      const seconds = 15; // a back-off may be on its way
      if (!(await world.until(() => round.nodeOf(pod) !== undefined, seconds))) {
        const { retryOn, lineOfRetryOn } = round.turns;
        const line = retryOn.includes('NodeAdded') ? undefined : lineOfRetryOn;
        round.fail('asleep', pod, { node: first, seconds, retryOn: JSON.stringify(retryOn) }, line);
      }
      for (const name of others) await round.join(name);
      for (let count = random.int(3); count >= 0; count -= 1) await round.place();
      for (const name of round.names) await round.leave(name);
    }
  },
);

const comeAndGo = check(
  '2.7',
  () => [],
  async (round) => {
    const { random } = round;
    let happened = { message: 'turn', other: '' };
    round.inTurn(
      () => happened.message,
      () => ({ other: happened.other }),
    );
    for (const name of joining(random, 5)) await round.join(name);
    for (let times = 0; times < 5; times += 1) {
      const after: Turn[] = [];
      await disturb(round);
      for (let count = random.int(4); count >= 0; count -= 1) after.push(await round.place());
      // First the one that was last leaves, with names before and behind it: that is where a name shows what it is worth.
      while (times === 0 && !isInTheMiddle(after.at(-1)!)) after.push(await round.place());
      const isLeaving = times === 0 || (round.names.length > 3 && random.int(2) === 0);
      if (isLeaving) {
        const other = times === 0 || random.int(3) > 0 ? after.at(-1)!.answer! : random.pick(round.names)!;
        await round.leave(other);
        happened = { message: 'turn-left', other };
      } else {
        const other = random.pick(trees.filter((name) => !round.names.includes(name)))!;
        await round.join(other);
        happened = { message: 'turn-joined', other };
      }
    }
    for (let count = 0; count < 3; count += 1) await round.place();
  },
);

/** What costs nobody a turn: the rule goes by what was answered last, whatever became of it. */
async function disturb({ world, random }: Round): Promise<void> {
  const { faults } = world;
  const kind = random.int(3);
  if (kind === 0) faults.cutWatches();
  else if (kind === 1) faults.failWrites(1);
  faults.slow(kind === 2 ? 20 + random.int(60) : 0);
  await world.run(2); // until its caches follow again
}

/** Whether there are names before and behind the one that took the pod. */
const isInTheMiddle = ({ nodes, answer = '' }: Turn): boolean =>
  nodes.some((name) => name < answer) && nodes.some((name) => name > answer);

const untouched = check('2.8', some(2, 4), async (round) => {
  round.onPlaced(({ changed }, pod) => {
    if (changed !== undefined) round.fail('changed', pod, { what: changed });
  });
  await round.create({}, '640');
  for (let count = 0; count < 6; count += 1) await round.place();
});

const inTrouble = check('2.9', some(3, 4), async (round) => {
  const { world, turns, random } = round;
  const pods: string[] = [];
  world.faults.failWrites(1 + random.int(3));
  for (let count = 0; count < 3; count += 1) pods.push(await round.create());
  for (const pod of pods) await round.placed(pod, 30);
  world.faults.storm({ every: 1, kinds: ['cut', 'fail', 'lose', 'slow', 'restart'] });
  for (let count = 0; count < 10; count += 1) {
    pods.push(await round.create());
    await world.run(random.int(10) / 10);
  }
  await world.run(3);
  world.faults.calm();
  for (const pod of pods) await round.placed(pod, 30);
  const lost = turns.placements.length - pods.length;
  const podsOn = (name: string) => pods.filter((pod) => round.nodeOf(pod) === name).length;
  const names = round.names.sort((a, b) => podsOn(a) - podsOn(b));
  const [other = '', node = ''] = [names[0], names.at(-1)];
  const [least, most] = [podsOn(other), podsOn(node)];
  const allowed = turns.lives + lost;
  if (most - least > allowed) {
    round.fail('uneven', pods.at(-1)!, { node, most, other, least, lives: turns.lives, lost, allowed });
  }
});

export const lab: Lab = {
  number: 2,
  name: 'round-robin',
  hours: 1,
  file: 'round-robin.ts',
  slot: 'Scheduler',
  checks: [everyPod, evenly, byNames, passedOver, noLostTurn, noNode, comeAndGo, untouched, inTrouble],
};
export default lab;

describeLab(lab);
