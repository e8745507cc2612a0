// Lab 5, what follows from doubt: taints, and pods that are let go when they have tolerated them long enough.

import { Nodes } from '../../core/model/node.ts';
import type { Taint } from '../../core/model/taint.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { nodeOf, place, revive, SignsOfLife } from '../kit/nodes.ts';
import {
  aNode,
  aPod,
  forSeconds,
  isLeaving,
  lose,
  noteTaints,
  on,
  onEviction,
  onNodeWrites,
  ours,
  readyOf,
  slack,
  text,
  unreachable,
} from './scene.ts';

export const taints = on('5.6', 2, async (world) => {
  const life = new SignsOfLife(world);
  const gpu: Taint = { key: 'example.com/gpu', value: 'yes', effect: 'NoSchedule' };
  await world.client.of(Nodes).patch('node-2', { spec: { taints: [gpu] } });
  await world.run(world.random.int(10));
  let isComplete = false;
  onNodeWrites(world, (node, before) => {
    const { name } = node.metadata;
    const said = (ours(node)
      .map(({ effect }) => effect)
      .join(' and ') || 'none') as string;
    if (readyOf(node) === 'True' && ours(node).length > ours(before).length) {
      world.fail('tainted-early', { node: name, silence: text(life.silence(name)) }, aNode(name));
    }
    if (
      before.spec.taints?.some(({ key }) => key === gpu.key) &&
      !node.spec.taints?.some(({ key }) => key === gpu.key)
    ) {
      world.fail('others', { node: name, taints: said }, aNode(name));
    }
    if (isComplete) world.fail('again', { node: name, taints: said, ready: readyOf(node) ?? 'absent' }, aNode(name));
    const { length } = ours(node);
    isComplete = readyOf(node) === 'Unknown' ? length === 2 : length === 0 && ours(before).length > 0;
  });
  await lose(world, life, 'node-2', 'missing');
  await world.run(15);
  // Who begins anew knows nothing of the silence, but finds the condition that says it.
  await world.faults.restartPart();
  await world.run(45);
  isComplete = false;
  await revive(world, 'node-2');
  const back = world.seconds;
  const isClean = () => readyOf(nodeOf(world, 'node-2')) === 'True' && ours(nodeOf(world, 'node-2')).length === 0;
  if (!(await world.until(isClean, slack))) {
    const left = ours(nodeOf(world, 'node-2')).map(({ effect }) => effect);
    world.fail('left', { node: 'node-2', back: back.toFixed(3), taints: left.join(' and ') }, aNode('node-2'));
  }
  await world.run(30);
});

export const evicts = on('5.7', 2, async (world) => {
  const life = new SignsOfLife(world);
  const short = 20 + world.random.int(30);
  const seconds: Readonly<Record<string, number>> = { short, both: 25, default: 300 };
  await place(world, 'short', 'node-2', [forSeconds(short)]);
  await place(world, 'both', 'node-2', [
    forSeconds(90),
    { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 25 },
  ]);
  await place(world, 'default', 'node-2');
  await world.run(5);
  const since = noteTaints(world);
  onEviction(world, (pod) => {
    const lasted = world.seconds - (since.get('node-2') ?? world.seconds);
    // Times in the API are whole seconds.
    if (lasted > (seconds[pod] ?? 0) - 1.001) return;
    world.fail('evicted-early', { pod, seconds: seconds[pod] ?? 0, lasted: text(lasted) }, aPod(pod));
  });
  await lose(world, life, 'node-2', 'untainted');
  for (const pod of ['both', 'short'].sort((a, b) => seconds[a]! - seconds[b]!)) {
    const lasted = () => world.seconds - (since.get('node-2') ?? world.seconds);
    if (await world.until(() => isLeaving(world, pod), seconds[pod]! + slack - lasted())) continue;
    world.fail('evicted-late', { pod, seconds: seconds[pod]!, lasted: text(lasted()) }, aPod(pod));
  }
  await world.run(2);
  const before = world.calls.length;
  await world.run(45);
  const more = world.calls[before];
  if (!more) return;
  const object = `${more.kind} ${more.key}`;
  const message = more.verb === 'delete' ? 'twice' : 'restless';
  world.fail(message, { call: `${more.verb} of ${object}`, when: more.at.toFixed(3) }, { object, line: more.line });
});

export const stays = on('5.8', 2, async (world) => {
  const life = new SignsOfLife(world);
  const tolerant: Readonly<Record<string, Toleration>> = {
    daemon: { key: unreachable, operator: 'Exists', effect: 'NoExecute' },
    everything: { operator: 'Exists' },
    'any-effect': { key: unreachable, operator: 'Exists' },
  };
  for (const [name, toleration] of Object.entries(tolerant)) await place(world, name, 'node-2', [toleration]);
  await place(world, 'elsewhere', 'node-1', [forSeconds(5)]);
  await place(world, 'goes', 'node-2', [forSeconds(15)]);
  await world.run(5);
  onEviction(world, (pod) => {
    if (pod === 'elsewhere') world.fail('elsewhere', { pod, node: 'node-1' }, aPod(pod));
    const toleration = tolerant[pod];
    if (toleration) world.fail('tolerant-evicted', { pod, toleration: JSON.stringify(toleration) }, aPod(pod));
  });
  await lose(world, life, 'node-2', 'untainted');
  if (!(await world.until(() => isLeaving(world, 'goes'), 15 + slack))) {
    world.fail('goes-late', { pod: 'goes', seconds: 15 }, aPod('goes'));
  }
  await world.run(60);
});

export const cancels = on('5.9', 2, async (world) => {
  const life = new SignsOfLife(world);
  const seconds = 45;
  await place(world, 'web', 'node-2', [forSeconds(seconds)]);
  await world.run(5);
  const since = noteTaints(world);
  let back: number | undefined;
  onEviction(world, (pod) => {
    const lasted = world.seconds - (since.get('node-2') ?? world.seconds);
    if (lasted > seconds - 1.001 && back === undefined) return;
    const values = { pod, seconds, lasted: text(lasted), back: (back ?? 0).toFixed(3) };
    world.fail(back === undefined ? 'second-early' : 'not-cancelled', values, aPod(pod));
  });
  await lose(world, life, 'node-2', 'untainted');
  await world.run(10 + world.random.int(25));
  await revive(world, 'node-2');
  back = world.seconds;
  await world.run(seconds + 10);
  // It is lost once more: the time begins anew.
  const lost = lose(world, life, 'node-2', 'untainted');
  back = undefined;
  await lost;
  if (await world.until(() => isLeaving(world, 'web'), seconds + slack)) return;
  world.fail('second-late', { pod: 'web', seconds }, aPod('web'));
});
