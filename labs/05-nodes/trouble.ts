// Lab 5, when things go wrong: refused writes, lost answers, a race with the kubelet, and a silence that is nobody's but one's own.

import { ApiError } from '../../core/model/status.ts';
import { kill, nodeOf, place, revive, SignsOfLife } from '../kit/nodes.ts';
import type { World } from '../kit/world.ts';
import {
  aNode,
  aPod,
  forSeconds,
  grace,
  isLeaving,
  on,
  onEviction,
  onNodeWrites,
  ours,
  readyOf,
  silent,
  slack,
  text,
} from './scene.ts';

/** Three seeds, one for each kind of trouble; in all of them the API takes its time to answer. */
export const retries = { ...on('5.10', 2, trouble), seeds: 3 };

async function trouble(world: World): Promise<void> {
  const life = new SignsOfLife(world);
  await place(world, 'web', 'node-2', [forSeconds(5)]);
  await world.run(5 + world.random.int(10));
  world.faults.slow(50 + world.random.int(250));
  if (world.seed % 3 === 0) {
    const refused = new Set<string>();
    world.faults.failWrites(({ verb, resource, name }) => {
      const call = `${verb} ${resource.kind} ${name}`;
      return !refused.has(call) && refused.add(call).size > 0;
    });
  } else if (world.seed % 3 === 1) {
    world.faults.failWrites(2, new ApiError(500, 'InternalError', 'the server is in trouble'));
    world.faults.loseAnswers(2);
  } else await lostRace(world, life);
  await kill(world, 'node-2');
  // Four tries go wrong, and a loop tries every 5 s.
  await silent(world, life, 'node-2', 'given-up', 5 * slack);
  if (await world.until(() => isLeaving(world, 'web'), 5 + 3 * slack)) return;
  world.fail('kept', { pod: 'web', seconds: 5 }, aPod('web'));
}

/** The node is back at the last moment, and the part does not know it yet when its patience ends. */
async function lostRace(world: World, life: SignsOfLife): Promise<void> {
  await kill(world, 'node-2');
  await world.run(grace - 0.1 - life.silence('node-2'));
  world.faults.lateness(800);
  let back: number | undefined;
  onNodeWrites(world, (node, before) => {
    if (back === undefined || readyOf(node) === readyOf(before) || life.silence('node-2') > 2) return;
    world.fail(
      'overwritten',
      {
        node: 'node-2',
        back: back.toFixed(3),
        ready: readyOf(node) ?? 'absent',
        fault: 'what watches bring came 800 ms late',
      },
      aNode('node-2'),
    );
  });
  back = world.seconds;
  await revive(world, 'node-2');
  await world.run(15);
  world.faults.lateness(0);
}

export const doubtsItself = on('5.11', 2, async (world) => {
  const names = ['node-1', 'node-2'];
  const life = new SignsOfLife(world);
  for (const name of names) await place(world, `on-${name}`, name, [forSeconds(30)]);
  await world.run(5 + world.random.int(10));
  let isAlone = true;
  onEviction(world, (pod) => isAlone && world.fail('alone-evicted', { pod }, aPod(pod)));
  // One falls silent while the other one still renews.
  await kill(world, 'node-1');
  await world.run(12 + world.random.int(6));
  await kill(world, 'node-2');
  const isDone = (name: string) =>
    readyOf(nodeOf(world, name)) === 'Unknown' &&
    ours(nodeOf(world, name))
      .map(({ effect }) => effect)
      .join() === 'NoSchedule';
  await world.until(() => names.every(isDone), grace + slack);
  await world.run(30 + slack);
  for (const name of names.filter((each) => !isDone(each))) {
    const node = nodeOf(world, name);
    const said =
      ours(node)
        .map(({ effect }) => effect)
        .join(' and ') || 'none';
    world.fail('no-execute', { node: name, taints: said, ready: readyOf(node) ?? 'absent' }, aNode(name));
  }
  await revive(world, 'node-1');
  isAlone = false;
  // The other one is now the only silent one; in Kubernetes it is given its 40 s anew.
  if (await world.until(() => isLeaving(world, 'on-node-2'), grace + 30 + 2 * slack)) return;
  world.fail('alone-late', { pod: 'on-node-2', silence: text(life.silence('node-2')) }, aPod('on-node-2'));
});
