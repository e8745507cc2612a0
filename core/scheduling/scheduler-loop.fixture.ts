// A small world for specs of the scheduler loop: an API in memory, virtual time, and helpers that say what became of whom.

import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Api } from '../api/api.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { Events } from '../model/event.ts';
import { builtinResources } from '../model/index.ts';
import { type Node, Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { SchedulerLoop, type SchedulerLoopParts } from './scheduler-loop.ts';

export class SchedulingWorld {
  readonly clock = new VirtualClock();
  readonly api = new Api({
    store: new MemoryStore(this.clock),
    resources: builtinResources,
    admission: [],
    authorizers: [{ name: 'all', authorize: () => 'allow' }],
    clock: this.clock,
    random: new SeededRandom('scheduling world'),
  });
  readonly client = new LocalApiClient(this.api, { name: 'test', groups: [] });
  readonly #ends: (() => Promise<void>)[] = [];

  async start(parts: Pick<SchedulerLoopParts, 'scheduler'> & Partial<SchedulerLoopParts>): Promise<SchedulerLoop> {
    const { client, clock } = this;
    const { schedulerName = 'default-scheduler' } = parts;
    const random = new SeededRandom(schedulerName);
    const informers = new SharedInformers(client, clock, random);
    const recorder = new EventRecorder({ client, clock, random, component: schedulerName });
    const loop = new SchedulerLoop({ client, informers, recorder, clock, ...parts });
    this.#ends.push(async () => {
      await loop.stop();
      await informers.stop();
      await recorder.stop();
    });
    const started = loop.start();
    await clock.settle();
    await started;
    return loop;
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) await end();
    await this.api.stop();
  }

  get pods() {
    return this.client.of(Pods).in('default');
  }

  async join(...nodes: Node[]): Promise<void> {
    for (const node of nodes) {
      const { uid: _u, resourceVersion: _r, ...metadata } = node.metadata;
      await this.client.of(Nodes).create({ ...node, metadata });
      await this.client.of(Nodes).status.patch(node.metadata.name, { status: node.status });
    }
  }

  async create(...pods: Pod[]): Promise<void> {
    for (const pod of pods) {
      const { uid: _u, resourceVersion: _r, ...metadata } = pod.metadata;
      await this.pods.create({ ...pod, metadata });
    }
  }

  async nodeOf(name: string): Promise<string | undefined> {
    return (await this.pods.get(name)).spec.nodeName;
  }

  /** `Normal Scheduled: Successfully assigned ...` */
  async eventsOf(name: string): Promise<string[]> {
    return (await this.client.of(Events).in('default').list()).items
      .filter((event) => event.involvedObject.name === name)
      .map((event) => `${event.type} ${event.reason}: ${event.message}`);
  }
}
