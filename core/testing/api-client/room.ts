// Room: where one test of the client suite works: a client, a fresh namespace, and the watches it began.

import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import type { ApiClient, ApiEvent, ResourceClient, WatchOptions } from '../../contracts/api-client.ts';
import { type ConfigMap, ConfigMaps } from '../../model/config-map.ts';
import type { Draft, KubeObject } from '../../model/meta.ts';
import { Namespaces } from '../../model/namespace.ts';
import type { Pod } from '../../model/pod.ts';
import { ServiceAccounts } from '../../model/service-account.ts';
import { ApiError, type StatusReason } from '../../model/status.ts';
import { RealClock } from '../../time/real-clock.ts';

export interface ClientUnderTest {
  readonly client: ApiClient;
  /** Compacts the server's store up to now; without it, what needs it is not tried. */
  compact?(): Promise<void>;
  close(): Promise<void>;
}

/** Real time: the client under test may talk over a network. */
const clock = new RealClock();
const patience = 5_000;

export class Room {
  #under: ClientUnderTest | undefined;
  #count = 0;
  #watchers: Watcher<KubeObject>[] = [];
  namespace = '';

  get client(): ApiClient {
    if (!this.#under) throw new Error('the suite has not begun');
    return this.#under.client;
  }

  get compact(): (() => Promise<void>) | undefined {
    return this.#under?.compact?.bind(this.#under);
  }

  get configMaps(): ResourceClient<ConfigMap> {
    return this.client.of(ConfigMaps).in(this.namespace);
  }

  open(under: ClientUnderTest): void {
    this.#under = under;
  }

  async close(): Promise<void> {
    await this.#under?.close();
  }

  async begin(): Promise<void> {
    this.#count += 1;
    this.namespace = `suite-${clock.now().toString(36)}-${this.#count}`;
    await this.client.of(Namespaces).create({ metadata: { name: this.namespace } });
    // On a whole cluster a controller makes it, and may have been faster.
    const account = this.client
      .of(ServiceAccounts)
      .in(this.namespace)
      .create({ metadata: { name: 'default' } });
    await account.catch((error: ApiError) => expect(error.reason).to.equal('AlreadyExists'));
  }

  async end(): Promise<void> {
    for (const watcher of this.#watchers.splice(0)) watcher.stop();
    await this.client.of(Namespaces).delete(this.namespace);
  }

  watch<T extends KubeObject>(of: ResourceClient<T>, options: WatchOptions): Watcher<T> {
    const watcher = new Watcher(of, options);
    this.#watchers.push(watcher as unknown as Watcher<KubeObject>);
    return watcher;
  }
}

/** Collects what a watch tells. */
export class Watcher<T extends KubeObject> {
  readonly events: ApiEvent<T>[] = [];
  completed = false;
  error: unknown;
  readonly #subscription: Subscription;

  constructor(of: ResourceClient<T>, options: WatchOptions) {
    this.#subscription = of.watch(options).subscribe({
      next: (event) => this.events.push(event),
      error: (error) => {
        this.error = error;
      },
      complete: () => {
        this.completed = true;
      },
    });
  }

  /** The first so many events as `TYPE name`, bookmarks left out. */
  async take(count: number): Promise<string[]> {
    const told = () => this.events.filter(({ type }) => type !== 'BOOKMARK');
    await until(() => told().length >= count || this.error !== undefined);
    return told()
      .slice(0, count)
      .map(({ type, object }) => `${type} ${object.metadata.name}`);
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}

export async function until(condition: () => boolean): Promise<void> {
  const end = clock.now() + patience;
  while (!condition()) {
    if (clock.now() > end) throw new Error(`not within ${patience} ms: ${condition}`);
    await clock.sleep(2);
  }
}

/** Expects the promise to fail in this way, and gives the error. */
export async function refused(promise: Promise<unknown>, code: number, reason: StatusReason): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'nothing was thrown').not.to.equal(undefined);
  if (!(error instanceof ApiError)) throw error;
  expect([error.code, error.reason], error.message).to.deep.equal([code, reason]);
  return error;
}

export const configMap = (
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): Draft<ConfigMap> => ({ metadata: { name, labels }, data });

export const pod = (name: string, spec: Partial<Pod['spec']> = {}): Draft<Pod> => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'kubelab/web' }], ...spec } as Pod['spec'],
});
