// Lab 5, when a node is doubted: after 40 s of silence, by what the controller heard itself, and never before.

import { Nodes } from '../../core/model/node.ts';
import { kill, nodeOf, place, revive, SignsOfLife, StrayNode } from '../kit/nodes.ts';
import { aNode, forSeconds, grace, on, onDoubt, onNodeWrites, readyOf, slack, text } from './scene.ts';

export const believes = on('5.1', 2, async (world) => {
  const life = new SignsOfLife(world);
  onDoubt(world, (node, did) => world.fail('doubted', { did, silence: text(life.silence(node)) }, aNode(node)));
  await place(world, 'web', 'node-1', [forSeconds(5)]);
  await world.run(130);
  const [call] = world.calls;
  if (call) world.fail('written', { call: `${call.verb} of ${call.kind} ${call.key}` }, { line: call.line });
});

export const doubts = on('5.2', 2, async (world) => {
  const life = new SignsOfLife(world);
  onNodeWrites(world, (node, before) => {
    const { name } = node.metadata;
    if (readyOf(node) === readyOf(before) || life.silence(name) >= grace - 0.001) return;
    world.fail('doubted-early', { node: name, silence: text(life.silence(name)) }, aNode(name));
  });
  await world.run(5 + world.random.int(20));
  await kill(world, 'node-2');
  const isUnknown = () => readyOf(nodeOf(world, 'node-2')) === 'Unknown';
  if (await world.until(isUnknown, grace + slack - life.silence('node-2'))) return;
  world.fail('ready-late', { node: 'node-2', silence: text(life.silence('node-2')) }, aNode('node-2'));
});

export const ignoresOthers = on('5.3', 2, async (world) => {
  const life = new SignsOfLife(world);
  await kill(world, 'node-2');
  const isUnknown = () => readyOf(nodeOf(world, 'node-2')) === 'Unknown';
  let labels = 0;
  while (life.silence('node-2') < grace + slack && !isUnknown()) {
    labels += 1;
    await world.client.of(Nodes).patch('node-2', { metadata: { labels: { seen: String(labels) } } });
    await world.until(isUnknown, Math.min(3 + world.random.int(8), grace + slack - life.silence('node-2')));
  }
  if (!isUnknown()) {
    world.fail('fooled', { node: 'node-2', silence: text(life.silence('node-2')), labels }, aNode('node-2'));
  }
});

export const ownClock = on('5.4', 1, async (world) => {
  const offset = world.seed % 2 === 0 ? 600 : -600;
  const clock = `${Math.abs(offset)} s ${offset < 0 ? 'slow' : 'fast'}`;
  const stray = new StrayNode(world, offset);
  let isAlive = true;
  onDoubt(world, (node, did) => {
    if (world.faults.last === undefined)
      world.fail(node === 'stray' ? 'clock' : 'doubted', { did, clock }, aNode(node));
    if (isAlive || node !== 'stray') world.fail('slow-watch', { did }, aNode(node));
  });
  await stray.enter();
  await stray.live(50);
  // What watches bring comes later and later, never by more than 15 s at a time: no silence of 40 s is to be seen.
  for (const lateness of [15_000, 30_000, 45_000]) {
    world.faults.lateness(lateness);
    await stray.live(30);
  }
  world.faults.lateness(0);
  world.faults.cutWatches(); // what was on its way comes with the new list
  await stray.live(20);
  isAlive = false;
  const isUnknown = () => readyOf(nodeOf(world, 'stray')) === 'Unknown';
  if (await world.until(isUnknown, grace + slack)) return;
  world.fail('deaf', { clock, silence: text(grace + slack) }, aNode('stray'));
});

export const beforeItsTime = on(
  '5.5',
  2,
  async (world) => {
    const life = new SignsOfLife(world);
    await kill(world, 'node-2');
    await world.run(45 + world.random.int(60));
    const silence = text(life.silence('node-2'));
    let isAlive = true;
    onDoubt(world, (node, did) => {
      if (isAlive) world.fail('hasty', { did, silence, watched: text(world.seconds - began) }, aNode(node));
    });
    const began = world.seconds;
    await world.startPart();
    await world.run(5 + world.random.int(25));
    await revive(world, 'node-2');
    await world.run(45);
    // The same with a part that is started anew while a node is silent: it has not heard for how long.
    await kill(world, 'node-2');
    await world.run(grace - 12);
    await world.faults.restartPart();
    const restarted = world.seconds;
    await world.run(grace - 1);
    isAlive = false;
    const isUnknown = () => readyOf(nodeOf(world, 'node-2')) === 'Unknown';
    if (await world.until(isUnknown, slack + 1)) return;
    world.fail('restarted-late', { node: 'node-2', watched: text(world.seconds - restarted) }, aNode('node-2'));
  },
  { started: false },
);
