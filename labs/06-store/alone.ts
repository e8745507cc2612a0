// Alone: the student's store by itself, in virtual time, for what one asks a store before a cluster stands on it.
//
//   run: alone('6.3', async (bench) => {
//     const born = await bench.done('put', '/a', { n: 1 });          it must be done: fails with `refused` otherwise
//     const said = await bench.ask('delete', '/a', { expect: 7 });   an answer, or an error of the contract
//   })
// Always true: nobody waits for a store that does not answer; what it throws that is none of the contract's errors is a
// finding; each operation and what came of it stands in the timeline of its key.

import { assemble, given } from '../../core/cluster/container.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { Settings } from '../../core/cluster/settings.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Random } from '../../core/contracts/random.ts';
import { Compacted, Conflict, KeyNotFound, type Page, Store, type Stored } from '../../core/contracts/store.ts';
import { deepFreeze } from '../../core/testing/deep-freeze.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { type Check, FailedCheck, type Line, pluginOf, type StudentPart, type TimelineRow } from '../kit/lab.ts';
import { lineOf, lineOfMethod } from '../kit/part-calls.ts';
import { textsOf, type Values } from '../kit/texts.ts';
import { isOfForm, operationOf, shown, shownValue } from './words.ts';

type Method = 'get' | 'list' | 'count' | 'put' | 'delete' | 'revision' | 'compact';
type Arguments<M extends Method> = Parameters<Store[M]>;
type Answer<M extends Method> = Awaited<ReturnType<Store[M]>>;

/** What an operation came to: an answer, or an error that the contract knows. */
export type Outcome<T> = { readonly answer: T } | { readonly error: Conflict | KeyNotFound | Compacted };

export const lab = '06-store';

export class Alone {
  readonly store: Store;
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  /** Where the new store stands. */
  origin = 0;
  readonly #check: string;
  readonly #seed: number;
  readonly #file: string;
  readonly #rows: (TimelineRow & { readonly key: string })[] = [];

  constructor(part: StudentPart, check: string, seed: number) {
    this.#check = check;
    this.#seed = seed;
    this.#file = part.file;
    this.random = new SeededRandom(`${check} ${seed}`);
    const values = [
      given(Clock, this.clock),
      given(Random, this.random.fork('store')),
      given(ClusterSetting, new Settings('lab')),
    ];
    try {
      this.store = assemble([pluginOf(part)()], values).get(Store);
    } catch (error) {
      this.#threw('constructor', error);
    }
  }

  /** An operation that nothing stands against. Fails with `refused` when it is not done. */
  async done<M extends Method>(method: M, ...args: Arguments<M>): Promise<Answer<M>> {
    const outcome = await this.ask(method, ...args);
    if ('answer' in outcome) return outcome.answer;
    const operation = operationOf(method, args);
    this.fail('refused', { operation, error: outcome.error.message }, method, String(args[0] ?? ''));
  }

  /** An operation, and what it came to. */
  async ask<M extends Method>(method: M, ...args: Arguments<M>): Promise<Outcome<Answer<M>>> {
    return (await this.together([method, ...args]))[0] as Outcome<Answer<M>>;
  }

  /** Operations that are all begun before any is answered. */
  async together(...calls: readonly [method: Method, ...args: unknown[]][]): Promise<Outcome<unknown>[]> {
    const pending = calls.map(([method, ...args]) => this.#begin(method, args));
    for (let turns = 0; pending.some(({ outcome }) => outcome === undefined); turns += 1) {
      if (turns < 50) await undefined;
      else if (turns < 60) await this.clock.advance(100);
      else this.#silent(pending.find(({ outcome }) => outcome === undefined)!.operation);
    }
    return pending.map(({ method, operation, key, outcome }) => {
      const { error } = outcome as { readonly error?: unknown };
      const isAnswer = error instanceof Conflict || error instanceof KeyNotFound || error instanceof Compacted;
      if (error !== undefined && !isAnswer) this.#threw(operation, error);
      if (method === 'put' || method === 'delete') this.#note(`${operation}: ${shown(outcome!)}`, key);
      if ('answer' in outcome! && !isOfForm(method, outcome.answer)) {
        this.fail('nonsense', { operation, have: shownValue(outcome.answer) }, method, key);
      }
      return outcome!;
    });
  }

  /** Says that the store is wrong. @param method where to look  @param key whose history is told */
  fail(message: string, values: Values, method: string, key?: string): never {
    const line = lineOfMethod(this.#file, method);
    throw this.#failed(message, values, line, key);
  }

  async stop(): Promise<void> {
    const closed = this.store.close().catch((error) => this.#threw('close', error));
    await Promise.race([closed, this.clock.advance(1000)]);
  }

  #begin(method: Method, args: readonly unknown[]) {
    const begun = { method, operation: operationOf(method, args), key: String(args[0] ?? '') };
    const call: typeof begun & { outcome?: Outcome<unknown> | { readonly error: unknown } } = begun;
    const operation = this.store[method] as (...args: readonly unknown[]) => Promise<unknown>;
    // A writer's value is the writer's: a store that changes it fails at the line that does it.
    const work = (async () => operation.apply(this.store, args.map(deepFreeze)))();
    work.then(
      (answer) => {
        call.outcome = { answer };
      },
      (error: unknown) => {
        call.outcome = { error: error ?? new Error('it was rejected without a reason') };
      },
    );
    return call as typeof call & { outcome?: Outcome<unknown> };
  }

  #threw(operation: string, error: unknown): never {
    const said = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    const line = lineOf(error, this.#file) ?? lineOfMethod(this.#file, operation.split('(')[0]!);
    throw this.#failed('threw', { doing: operation, error: said }, line);
  }

  #silent(operation: string): never {
    throw this.#failed('silent', { operation }, lineOfMethod(this.#file, operation.split('(')[0]!));
  }

  #failed(message: string, values: Values, look: Line | undefined, key?: string): FailedCheck {
    const [check, seed] = [this.#check, this.#seed];
    const at = this.#seconds;
    const filled = textsOf(lab).message(check, message, {
      at: `${at.toFixed(3)} s`,
      fault: 'no fault was needed for it',
      ...values,
    });
    const timeline = this.#rows.filter((row) => row.key === key).map(({ key: _, ...row }) => row);
    const instant = 0; // no cluster, so none to visit
    const about = key === undefined ? {} : { object: key };
    return new FailedCheck({ check, message, seed, instant, at, ...filled, ...(look && { look }), ...about, timeline });
  }

  get #seconds(): number {
    return (this.clock.now() - new VirtualClock().now()) / 1000;
  }

  #note(what: string, key: string): void {
    this.#rows.push({ at: this.#seconds, what, object: key, by: 'the check', key });
  }
}

/** A check of the store by itself. */
export const alone = (id: string, work: (bench: Alone) => Promise<void>): Check => ({
  id,
  run: async (part, seed) => {
    const bench = new Alone(part, id, seed);
    try {
      bench.origin = await bench.done('revision');
      await work(bench);
    } finally {
      await bench.stop();
    }
  },
});

/** The keys of a page. */
export const keysOf = ({ items }: Page): readonly string[] => items.map(({ key }: Stored) => key);

/** Some keys, in an order of the seed. */
export const names = (bench: Alone, count: number): string[] =>
  bench.random.shuffle(['/a', '/b', '/c', '/d/x', '/d/y', '/e', '/ä', '/f']).slice(0, count);
