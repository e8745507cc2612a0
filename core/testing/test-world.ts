// Test world: a control plane with a clock of its own, and what a test lets loose on it.
//
//   const world = new TestWorld((clock) => new MemoryStore(clock));
//   await world.run(new EndpointsController(world.faulty));
//   await world.client.of(Services).in('default').create(...);
//   await world.settle();                 everything that needs a moment at most has come to rest
//   await world.close();                  and nothing is left: no watch, no timer, no bug that a controller had

import { expect } from 'chai';
import type { Part } from '../cluster/part.ts';
import type { Controller } from '../contracts/controller.ts';
import type { Store } from '../contracts/store.ts';
import { ControllerRunner } from '../control/controller-runner.ts';
import { Namespaces } from '../model/namespace.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ControlPlane } from './control-plane.ts';

export class TestWorld extends ControlPlane {
  readonly #parts: Part[] = [];
  readonly #bugs: unknown[] = [];

  constructor(makeStore: (clock: VirtualClock) => Store) {
    const clock = new VirtualClock();
    super(makeStore(clock), clock);
  }

  async namespace(name: string): Promise<void> {
    await this.client.of(Namespaces).create({ metadata: { name }, spec: {} });
  }

  /** Starts controllers, each with a runner and informers of its own. */
  async run(...controllers: Controller[]): Promise<void> {
    const { faulty: client, clock, random } = this;
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

  /** Lets two seconds pass. */
  async settle(): Promise<void> {
    await this.clock.advance(2000);
  }

  async close(): Promise<void> {
    for (const part of this.#parts) await part.stop();
    await this.clock.settle();
    expect(this.faulty.openWatches, 'watches that are left open').to.equal(0);
    await this.stop();
    expect(this.#bugs, 'exceptions that controllers threw').to.deep.equal([]);
    expect(this.clock.next, 'a timer is left').to.equal(undefined);
  }
}
