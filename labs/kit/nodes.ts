// Nodes of a world: taking their power and giving it back, signs of life, pods that are placed already.
//
//   const life = new SignsOfLife(world);          from now on it notes when each kubelet was last heard
//   await kill(world, 'node-2');                  kubelet and containers are gone, the API is told nothing
//   life.silence('node-2')                        41.3: seconds since the last sign
//   await revive(world, 'node-2');                a new kubelet, as after a reboot
//   const stray = new StrayNode(world, -600);     a node whose clock is ten minutes slow
// Always true: it is the cluster's own stopNode and startNode, what `kubelab node stop` and `node start` do to a live one.

import { Leases } from '../../core/model/lease.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import type { World } from './world.ts';

/** Takes the power from a node. */
export async function kill(world: World, node: string): Promise<void> {
  note(world, `${node} lost its power`);
  await passing(world, world.cluster.stopNode(node));
}

/** Gives a node its power back; comes back when its kubelet works. */
export async function revive(world: World, node: string): Promise<void> {
  note(world, `${node} has its power back`);
  await passing(world, world.cluster.startNode(node));
}

/** Among the faults of a timeline, where it explains the rest. */
function note(world: World, what: string): void {
  const at = world.seconds;
  world.faults.log.push({ at, what: 'fault', object: `${what} at ${at.toFixed(3)} s`, by: 'the check' });
}

/** Lets time pass until it is done. */
async function passing(world: World, work: Promise<void>): Promise<void> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  done.catch(() => {}); // it is thrown below
  await world.until(() => over, 30);
  await done;
}

/** When each kubelet was last heard: it renewed its lease, or wrote the node's status. */
export class SignsOfLife {
  readonly #world: World;
  readonly #last = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    for (const lease of world.list(Leases)) this.#last.set(lease.metadata.name, renewedAt(world, lease));
    world.observe(({ kind, by, at, object }) => {
      const { name } = object.metadata;
      if ((kind === Leases.kind || kind === Nodes.kind) && by === `kubelet ${name}`) this.#last.set(name, at);
    });
  }

  /** Seconds since the check began. */
  last(node: string): number {
    return this.#last.get(node) ?? 0;
  }

  /** Seconds since the last sign. */
  silence(node: string): number {
    return this.#world.seconds - this.last(node);
  }
}

/** Kubelets of a world have its clock. */
function renewedAt(world: World, { spec }: KubeObject & { readonly spec?: { readonly renewTime?: string } }): number {
  return world.seconds - (world.clock.now() - Date.parse(spec?.renewTime ?? '')) / 1000;
}

/** The node as it stands. */
export const nodeOf = (world: World, name: string): Node => {
  const node = world.get(Nodes, name);
  if (!node) throw new Error(`the check asks for node ${name}, and there is none`);
  return node;
};

/** Creates a pod on a node, past every scheduler. */
export const place = (
  world: World,
  name: string,
  node: string,
  tolerations: readonly Toleration[] = [],
): Promise<Pod> =>
  world.client
    .of(Pods)
    .in('default')
    .create({
      metadata: { name },
      spec: { nodeName: node, tolerations, containers: [{ name: 'main', image: 'kubelab/sleep' }] },
    });

/** A node whose kubelet the check plays: with a clock that is wrong by so many seconds. */
export class StrayNode {
  readonly #world: World;
  readonly #offset: number;

  constructor(world: World, offset: number) {
    this.#world = world;
    this.#offset = offset;
  }

  get #now(): string {
    return new Date(this.#world.clock.now() + this.#offset * 1000).toISOString();
  }

  async enter(): Promise<void> {
    const { client } = this.#world;
    const lastHeartbeatTime = `${this.#now.slice(0, 19)}Z`;
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime, lastTransitionTime: lastHeartbeatTime }];
    await client.of(Nodes).create({ metadata: { name: 'stray' }, spec: {}, status: { conditions } });
    const spec = { holderIdentity: 'stray', leaseDurationSeconds: 40, renewTime: this.#now };
    await client
      .of(Leases)
      .in('kube-node-lease')
      .create({ metadata: { name: 'stray' }, spec });
  }

  /** Renews the lease every 10 seconds for so long. */
  async live(seconds: number): Promise<void> {
    const leases = this.#world.client.of(Leases).in('kube-node-lease');
    for (let passed = 0; passed < seconds; passed += 10) {
      await this.#world.run(Math.min(10, seconds - passed));
      await leases.patch('stray', { spec: { renewTime: this.#now } });
    }
  }
}
