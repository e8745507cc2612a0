// A kubelet with a simulated runtime on a real API, in virtual time: for the specs of this folder.

import { MockRuntime } from '../../plugins/runtime-mock/mock-runtime.ts';
import { NoNetwork } from '../../plugins/runtime-mock/no-network.ts';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Api } from '../api/api.ts';
import { standardAuthorizers } from '../api/authorizers.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import type { Container } from '../model/container.ts';
import { Events } from '../model/event.ts';
import { builtinResources } from '../model/index.ts';
import { Namespaces } from '../model/namespace.ts';
import { Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { ApiError } from '../model/status.ts';
import { FaultyClient } from '../testing/faulty-client.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { Kubelet } from './kubelet.ts';

export class TestNode {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom('kubelet');
  readonly store = new MemoryStore(this.clock);
  readonly api = new Api({
    store: this.store,
    resources: builtinResources,
    admission: [],
    authorizers: standardAuthorizers(),
    clock: this.clock,
    random: this.random,
  });
  readonly client = new LocalApiClient(this.api, { name: 'test', groups: ['system:masters'] });
  readonly runtime = new MockRuntime('10.244.0.0/24', new NoNetwork(), this.clock);
  /** The kubelet's own door to the API; fails when a test says so. */
  readonly faulty = new FaultyClient(
    new LocalApiClient(this.api, { name: 'system:node:node-1', groups: ['system:nodes'] }),
    this.clock,
  );
  kubelet = this.makeKubelet();

  makeKubelet(): Kubelet {
    return new Kubelet({
      nodeName: 'node-1',
      client: this.faulty,
      runtime: this.runtime,
      clock: this.clock,
      random: this.random,
      options: { address: '10.0.0.1', podCIDR: '10.244.0.0/24' },
    });
  }

  async start(): Promise<void> {
    for (const name of ['default', 'kube-node-lease']) {
      await this.client.of(Namespaces).create({ metadata: { name }, spec: {} });
    }
    await this.whileTimePasses(this.kubelet.start());
  }

  /** Ends everything; gives what is left of timers and watches, which is nothing. */
  async stop(): Promise<{ readonly timer: number | undefined; readonly watches: number }> {
    await this.whileTimePasses(this.kubelet.stop());
    const watches = this.faulty.openWatches;
    await this.whileTimePasses(this.runtime.close());
    await this.api.stop();
    await this.store.close();
    return { timer: this.clock.next, watches };
  }

  /** Lets time stand still until the work is done, which may need turns of the event loop but no time. */
  async whileTimePasses<T>(work: Promise<T>): Promise<T> {
    let open = true;
    const over = () => {
      open = false;
    };
    work.then(over, over);
    while (open) await this.clock.advance(0);
    return work;
  }

  async restartKubelet(): Promise<void> {
    await this.whileTimePasses(this.kubelet.stop());
    this.kubelet = this.makeKubelet();
    await this.whileTimePasses(this.kubelet.start());
  }

  /** Creates a pod that is placed already. Annotations without a prefix are for the mock runtime. */
  async create(
    name: string,
    containers: readonly (Partial<Container> & { readonly name: string })[],
    options: { readonly mock?: Record<string, string>; readonly spec?: Partial<PodSpec> } = {},
  ): Promise<Pod> {
    const script = Object.entries(options.mock ?? {}).map(([key, value]) => [`mock.kubelab.dev/${key}`, value]);
    return this.client
      .of(Pods)
      .in('default')
      .create({
        metadata: { name, annotations: Object.fromEntries(script) },
        spec: {
          nodeName: 'node-1',
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          ...options.spec,
          containers: containers.map((container) => ({ image: 'nginx', ...container })),
        },
      });
  }

  async pod(name: string): Promise<Pod | undefined> {
    try {
      return await this.client.of(Pods).in('default').get(name);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The pod's status in short: `Running web:running/ready`. */
  async summary(name: string): Promise<string> {
    const { status } = (await this.pod(name)) ?? {};
    if (!status) return 'gone';
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const containers = all.map(({ name: container, state, ready, restartCount }) => {
      const shown = state?.waiting?.reason ?? (state?.running ? 'running' : (state?.terminated?.reason ?? '?'));
      return `${container}:${shown}${ready ? '/ready' : ''}${restartCount > 0 ? `*${restartCount}` : ''}`;
    });
    return [status.phase, ...containers].join(' ');
  }

  async node() {
    return this.client.of(Nodes).get('node-1');
  }

  /** What was told about an object: `Normal Started Started container web`. */
  async events(name: string): Promise<string[]> {
    const { items } = await this.client.of(Events).list();
    return items
      .filter((event) => event.involvedObject.name === name)
      .map((event) => `${event.type} ${event.reason} ${event.message}`);
  }
}
