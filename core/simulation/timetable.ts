// Timetable: when the events of a scenario happen: at a time, after another one is over, again and again.
// Always true: an event that goes wrong is over too, and told: who waits for it is not left waiting.

import { draw } from './chance.ts';
import { perform } from './perform.ts';
import type { EventBase } from './scenario-events.ts';
import { span } from './time-text.ts';
import type { WorkloadSource } from './workload-source.ts';
import type { World } from './world.ts';

export class Timetable {
  readonly #world: World;
  readonly #sources: ReadonlyMap<string, WorkloadSource>;

  constructor(world: World, sources: ReadonlyMap<string, WorkloadSource>) {
    this.#world = world;
    this.#sources = sources;
  }

  begin(): void {
    this.#events.forEach((event, index) => {
      if (event.every !== undefined) this.#again(event, index, 1);
      else if (event.after === undefined) this.#world.at(span(event.at ?? '0s'), () => this.#run(event, index));
    });
  }

  get #events(): readonly EventBase[] {
    return this.#world.spec.events ?? [];
  }

  /** The n-th time: the first at `at`, or after one drawing like all others. */
  #again(event: EventBase, index: number, count: number): void {
    const { at, every = '0s', times = Number.POSITIVE_INFINITY, until } = event;
    const random = this.#world.random.fork(`event ${index} time ${count}`);
    const time = count === 1 && at !== undefined ? span(at) : this.#world.now() + Math.max(1, draw(every, random));
    if (until !== undefined && time > span(until)) return this.#isOver(event);
    this.#world.at(time, async () => {
      // The next time does not wait for this one: nodes fail whether or not others are mended.
      if (count < times) this.#again(event, index, count + 1);
      await this.#do(event, `event ${index} run ${count}`);
      if (count === times) this.#isOver(event);
    });
  }

  async #run(event: EventBase, index: number): Promise<void> {
    await this.#do(event, `event ${index}`);
    this.#isOver(event);
  }

  async #do(event: EventBase, stream: string): Promise<void> {
    const { at: _, opcode, name } = event;
    const world = this.#world;
    try {
      await perform(event, { world, sources: this.#sources, random: world.random.fork(stream) });
    } catch (error) {
      if (!world.over.aborted) world.trouble(`event ${name ?? opcode}: ${(error as Error).message}`);
    }
  }

  /** Those that wait for it begin. */
  #isOver({ name }: EventBase): void {
    if (name === undefined || this.#world.over.aborted) return;
    this.#events.forEach((event, index) => {
      if (event.after !== name) return;
      this.#world.at(this.#world.now() + span(event.wait ?? '0s'), () => this.#run(event, index));
    });
  }
}
