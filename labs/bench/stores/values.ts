// What the stores are given: a pod as the API server stores it (4.8 KB as JSON), and a small object of 1 KB.

import { Pods } from '../../../core/model/pod.ts';
import { benchPod } from '../pods.ts';
import { benchServer } from '../server.ts';

export const kinds = ['small', 'pod'] as const;
export type Kind = (typeof kinds)[number];
export const called: Readonly<Record<Kind, string>> = { small: '1 KB', pod: 'a pod' };

/** Namespaces that the pods of a full store are spread over. */
export const namespaces = 150;

export const prefix = '/registry/pods/';
export const namespacePrefix = (at: number): string => `${prefix}ns-${at % namespaces}/`;
/** The key of the object with that number. */
export const keyOf = (kind: Kind, at: number): string =>
  kind === 'pod' ? `${namespacePrefix(at)}pod-${String(at).padStart(6, '0')}` : `/registry/configmaps/bench/${at}`;

/** A name that the API server takes, and that nothing else in a pod is called. */
const placeholder = 'name-of-pod';

/** Makes values that share nothing with each other, as those that came over the network. */
export class Values {
  readonly #texts: Readonly<Record<Kind, string>>;

  private constructor(pod: object) {
    const small = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: placeholder }, data: { text: '' } };
    small.data.text = 'x'.repeat(1024 - JSON.stringify(small).length);
    this.#texts = { small: JSON.stringify(small), pod: JSON.stringify(pod) };
  }

  /** The pod comes from an API server: with defaults, tolerations, the volume of its account, and a status. */
  static async make(): Promise<Values> {
    const { client, store, stop } = await benchServer();
    await client.of(Pods).in('default').create(benchPod(placeholder));
    const stored = await store.get(`/registry/pods/default/${placeholder}`);
    await stop();
    if (!stored) throw new Error('the API server has not stored its pod where it is looked for');
    const running = { phase: 'Running', hostIP: '10.0.0.1', podIP: '10.244.0.1', conditions, containerStatuses };
    return new Values({ ...stored.value, status: running });
  }

  bytes(kind: Kind): number {
    return this.#texts[kind].length;
  }

  /** A new object, with a name of its own. */
  value(kind: Kind, name: string): object {
    return JSON.parse(this.#texts[kind].replace(placeholder, name)) as object;
  }
}

const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
  (type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z' }),
);

const containerStatuses = ['web', 'sidecar'].map((name) => ({
  name,
  state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  lastState: {},
  ready: true,
  restartCount: 0,
  image: `registry.example.com/shop/${name}:1.4.2`,
  imageID: `registry.example.com/shop/${name}@sha256:${'0123456789abcdef'.repeat(4)}`,
  containerID: `mock://${'fedcba9876543210'.repeat(4)}`,
  started: true,
}));
