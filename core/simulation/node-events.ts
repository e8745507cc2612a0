// Node events: power taken and given back, cordon, drain, as a person does it with `kubelab node stop` and kubectl. Which
// nodes, where none is named, is drawn from the seed.

import type { Random } from '../contracts/random.ts';
import { type Node, Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { draw } from './chance.ts';
import type { Cordon, Drain, StartNode, StopNode, Uncordon } from './scenario-events.ts';
import type { World } from './world.ts';

/** Milliseconds after which an eviction that a disruption budget refused is asked for again, as kubectl does. */
const evictAgain = 5_000;

type Choice = { readonly node?: string; readonly pool?: string; readonly count?: number };

/** The node named; or so many of those that will do. */
function pick(world: World, choice: Choice, random: Random, willDo: (name: string) => boolean): string[] {
  if (choice.node !== undefined) return [choice.node];
  const { nodes } = world.spec;
  const pools = nodes.filter(({ name }) => choice.pool === undefined || name === choice.pool);
  const names = pools.flatMap(({ name, count = 1 }) => Array.from({ length: count }, (_, at) => `${name}-${at + 1}`));
  return random.shuffle(names.filter(willDo)).slice(0, choice.count ?? 1);
}

const hasPower = (world: World, name: string) => world.cluster.find(name).state !== 'Stopped';

const isCordoned = (world: World, name: string): boolean =>
  world.standing.of<Node>('minions').get(name)?.spec.unschedulable === true;

export async function stopNode(event: StopNode, world: World, random: Random): Promise<void> {
  const nodes = pick(world, event, random, (name) => hasPower(world, name));
  const times = nodes.map(() => (event.for === undefined ? undefined : draw(event.for, random)));
  world.note(`power lost: ${nodes.join(', ') || 'no node has any'}`);
  await Promise.all(
    nodes.map(async (node, index) => {
      await world.cluster.stopNode(node);
      const time = times[index];
      if (time === undefined) return;
      await world.clock.sleep(time, world.over);
      world.note(`power back: ${node}`);
      await world.cluster.startNode(node);
    }),
  );
}

export async function startNode(event: StartNode, world: World, random: Random): Promise<void> {
  const isBare = event.node === undefined && event.count === undefined;
  const many = isBare ? { ...event, count: Number.POSITIVE_INFINITY } : event;
  const nodes = pick(world, many, random, (name) => !hasPower(world, name));
  world.note(`power back: ${nodes.join(', ') || 'all nodes have it'}`);
  await Promise.all(nodes.map((node) => world.cluster.startNode(node)));
}

const setUnschedulable = ({ client }: World, node: string, unschedulable: true | null): Promise<unknown> =>
  client.of(Nodes).patch(node, { spec: { unschedulable } });

export async function cordon(event: Cordon, world: World, random: Random): Promise<void> {
  const nodes = pick(world, event, random, (name) => !isCordoned(world, name));
  world.note(`cordoned: ${nodes.join(', ') || 'all nodes are'}`);
  for (const node of nodes) await setUnschedulable(world, node, true);
}

export async function uncordon(event: Uncordon, world: World, random: Random): Promise<void> {
  const isBare = event.node === undefined && event.count === undefined;
  const many = isBare ? { ...event, count: Number.POSITIVE_INFINITY } : event;
  const nodes = pick(world, many, random, (name) => isCordoned(world, name));
  world.note(`uncordoned: ${nodes.join(', ') || 'no node was cordoned'}`);
  for (const node of nodes) await setUnschedulable(world, node, null);
}

export async function drain(event: Drain, world: World, random: Random): Promise<void> {
  const nodes = pick(world, event, random, (name) => !isCordoned(world, name) && hasPower(world, name));
  const times = nodes.map(() => (event.for === undefined ? undefined : draw(event.for, random)));
  world.note(`drain: ${nodes.join(', ') || 'no node takes pods'}`);
  for (const [index, node] of nodes.entries()) {
    await setUnschedulable(world, node, true);
    await empty(world, node);
    world.note(`drained: ${node}`);
    const time = times[index];
    if (time === undefined) continue;
    world.clock.schedule(time, () => {
      if (world.over.aborted) return;
      world.note(`uncordoned: ${node}`);
      setUnschedulable(world, node, null).catch((error: Error) => world.trouble(`uncordon ${node}: ${error.message}`));
    });
  }
}

/** Evicts the node's pods, and comes back when they are gone. */
async function empty({ standing, client, clock, over }: World, node: string): Promise<void> {
  const pods = standing.of<Pod>('pods');
  const here = () =>
    [...pods.values()].filter(({ spec, status }) => spec.nodeName === node && !hasEnded(status?.phase));
  const evict = async ({ metadata }: Pod): Promise<void> => {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata.name } };
    try {
      await client.of(Pods).in(metadata.namespace!).post(metadata.name, 'eviction', body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 404) return;
      if (error.code !== 429) throw error;
      await clock.sleep(evictAgain, over);
      const now = pods.get(`${metadata.namespace}/${metadata.name}`);
      if (now?.metadata.uid === metadata.uid) await evict(now);
    }
  };
  await Promise.all(here().map(evict));
  await standing.until(() => here().length === 0);
}

const hasEnded = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';
