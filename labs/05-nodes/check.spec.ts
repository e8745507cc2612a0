// Lab 5, a node controller: what must be true of it, whatever its shape. Kubernetes' own looks at its nodes every 5 seconds,
// so everything that is to happen may take so long; what must not happen too early has no such margin.
//
// The nodes are real kubelets on simulated machines. One dies by losing its power; nobody is told.

import { Nodes } from '../../core/model/node.ts';
import { ApiError } from '../../core/model/status.ts';
import type { Taint } from '../../core/model/taint.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { controllerServiceAccount } from '../../plugins/controller-service-account/plugin.ts';
import { describeLab } from '../kit/describe-lab.ts';
import type { Check, Lab } from '../kit/lab.ts';
import {
  forSeconds,
  isLeaving,
  noteTaints,
  onDoubt,
  onEviction,
  onNodeWrites,
  ours,
  readyOf,
  unreachable,
} from '../kit/node-writes.ts';
import { kill, nodeOf, place, revive, SignsOfLife, StrayNode } from '../kit/nodes.ts';
import { inWorld, type World, type WorldOptions } from '../kit/world.ts';

/** Seconds of silence that are forgiven. */
const grace = 40;
/** Seconds that any reaction may take: a loop that looks every 5 s is as good as one that is woken. */
const slack = 6;

const text = (seconds: number): string => seconds.toFixed(1);
const aNode = (name: string) => ({ object: `Node ${name}` });
const aPod = (name: string) => ({ object: `Pod default/${name}` });

/** Kills a node, and comes back when it has to be Unknown and tainted. Fails with the message when it is not. */
async function lose(world: World, life: SignsOfLife, name: string, message: string): Promise<void> {
  await kill(world, name);
  await silent(world, life, name, message);
}

async function silent(world: World, life: SignsOfLife, name: string, message: string, margin = slack): Promise<void> {
  const isTainted = () => readyOf(nodeOf(world, name)) === 'Unknown' && ours(nodeOf(world, name)).length === 2;
  if (await world.until(isTainted, grace + margin - life.silence(name))) return;
  const node = nodeOf(world, name);
  const taints = ours(node).map(({ effect }) => effect);
  const values = { node: name, silence: text(life.silence(name)), ready: readyOf(node) ?? 'absent' };
  world.fail(message, { ...values, taints: taints.join(' and ') || 'none' }, aNode(name));
}

/** A check in a cluster that has nothing but nodes, pods and the part. */
const on = (
  id: string,
  nodes: number,
  work: (world: World) => Promise<void>,
  more: Partial<WorldOptions> = {},
): Check => ({
  id,
  seeds: 3,
  run: inWorld(
    { lab: '05-nodes', check: id, nodes, slot: 'Controller', controllers: [controllerServiceAccount], ...more },
    work,
  ),
});

const believes = on('5.1', 2, async (world) => {
  const life = new SignsOfLife(world);
  onDoubt(world, (node, did) => world.fail('doubted', { did, silence: text(life.silence(node)) }, aNode(node)));
  await place(world, 'web', 'node-1', [forSeconds(5)]);
  await world.run(130);
  const [call] = world.calls;
  if (call) world.fail('written', { call: `${call.verb} of ${call.kind} ${call.key}` }, { line: call.line });
});

const doubts = on('5.2', 2, async (world) => {
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

const ignoresOthers = on('5.3', 2, async (world) => {
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

const ownClock = on('5.4', 1, async (world) => {
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

const beforeItsTime = on(
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

const taints = on('5.6', 2, async (world) => {
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
  await world.run(60);
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

const evicts = on('5.7', 2, async (world) => {
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

const stays = on('5.8', 2, async (world) => {
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

const cancels = on('5.9', 2, async (world) => {
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

const retries = on('5.10', 2, async (world) => {
  const life = new SignsOfLife(world);
  await place(world, 'web', 'node-2', [forSeconds(5)]);
  await world.run(5 + world.random.int(10));
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
});

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

const doubtsItself = on('5.11', 2, async (world) => {
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

export const lab: Lab = {
  number: 5,
  name: 'nodes',
  hours: 3,
  file: 'nodes.ts',
  slot: 'Controller',
  checks: [
    believes,
    doubts,
    ignoresOthers,
    ownClock,
    beforeItsTime,
    taints,
    evicts,
    stays,
    cancels,
    retries,
    doubtsItself,
  ],
};
export default lab;

describeLab(lab);
