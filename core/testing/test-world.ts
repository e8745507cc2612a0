// Test world: an API server on a store, in virtual time, and what a test lets loose on it.
//
//   const world = new TestWorld((clock) => new MemoryStore(clock));
//   await world.run(new EndpointsController(world.client));
//   await world.client.of(Services).in('default').create(...);
//   await world.settle();                 everything that needs no time has come to rest
//   await world.close();                  and nothing is left: no timer that waits, no bug that a controller had

import { expect } from 'chai';
import { Api } from '../api/api.ts';
import { standardAuthorizers } from '../api/authorizers.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import type { Part } from '../cluster/part.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Controller } from '../contracts/controller.ts';
import type { Store } from '../contracts/store.ts';
import { ControllerRunner } from '../control/controller-runner.ts';
import { builtinResources } from '../model/index.ts';
import { Namespaces } from '../model/namespace.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';

export class TestWorld {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom('test');
  readonly client: LocalApiClient;
  readonly #store: Store;
  readonly #api: Api;
  readonly #parts: Part[] = [];
  readonly #bugs: unknown[] = [];

  constructor(makeStore: (clock: Clock) => Store) {
    const { clock, random } = this;
    this.#store = makeStore(clock);
    this.#api = new Api({
      store: this.#store,
      resources: builtinResources,
      admission: [],
      authorizers: standardAuthorizers(),
      clock,
      random,
    });
    this.client = new LocalApiClient(this.#api, { name: 'test', groups: ['system:masters', 'system:authenticated'] });
  }

  async namespace(name: string): Promise<void> {
    await this.client.of(Namespaces).create({ metadata: { name }, spec: {} });
  }

  /** Starts controllers, each with a runner and informers of its own. */
  async run(...controllers: Controller[]): Promise<void> {
    const { client, clock, random } = this;
    for (const controller of controllers) {
      const onBug = (error: unknown) => void this.#bugs.push(error);
      await this.start(new ControllerRunner({ client, controller, clock, random, onBug }));
    }
  }

  async start(part: Part): Promise<void> {
    this.#parts.push(part);
    const starting = part.start();
    // It may fail while time settles; whoever waits below is told.
    starting.catch(() => {});
    await this.clock.settle();
    await starting;
  }

  /** Lets everything come to rest that needs a moment at most: two seconds pass. */
  async settle(): Promise<void> {
    await this.clock.advance(2000);
  }

  async close(): Promise<void> {
    for (const part of this.#parts) await part.stop();
    this.#api.stop();
    await this.#store.close();
    await this.clock.settle();
    expect(this.#bugs, 'exceptions that controllers threw').to.deep.equal([]);
    expect(this.clock.next, 'a timer is left').to.equal(undefined);
  }
}
