// World: a whole cluster in virtual time, with the student's part in its place, for one run of one check.
//
//   run: inWorld({ lab: '03-replication', check: '3.4', without: [controllerReplication], nodes: 2 }, async (world) => {
//     world.observe(({ kind, what, key }) => { if (...) world.fail('surplus', { pod: key, have, want, why }, { object }); });
//     await world.client.of(ReplicaSets).in('default').create(web(3));
//     world.faults.cutWatches();
//     await world.run(30);
//   })
// Always true: the same part and seed live through the same instants; the first thing that is wrong is the finding, and
// it is thrown by the next run() or until(); whatever happens, inWorld ends with nothing left.

import type { Audit, AuditEntry } from '../../core/api/audit.ts';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { admin } from '../../core/cluster/identities.ts';
import type { ConfiguredPlugin, Plugin } from '../../core/cluster/plugin.ts';
import type { NodeConfig } from '../../core/cluster/settings.ts';
import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Random } from '../../core/contracts/random.ts';
import type { Store } from '../../core/contracts/store.ts';
import type { KubeObject } from '../../core/model/meta.ts';
import { Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { ResourceHandle } from '../../core/model/resource.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { Faults } from './faults.ts';
import { type Change, History, theCheck, you } from './history.ts';
import { type Check, type Line, pluginOf, type StudentPart } from './lab.ts';
import { isReady, ownStore, pluginsAround, restartOfSomebody, type Slot, slotOf } from './lab-cluster.ts';
import type { PartCall } from './part-calls.ts';
import { PartUnderTest } from './part-under-test.ts';
import { Passing } from './passing.ts';
import { storeUnderTest } from './store-under-test.ts';
import { type Texts, textsOf, type Values } from './texts.ts';
import { type FailOptions, Verdict } from './verdict.ts';

export type { Change } from './history.ts';
export type { PartCall } from './part-calls.ts';
export type { FailOptions } from './verdict.ts';

export interface WorldOptions {
  /** `3.4` */
  readonly check: string;
  /** The lab's folder, where its texts are: `03-replication`. */
  readonly lab?: string;
  /** Instead of `lab`: the texts themselves. */
  readonly texts?: Texts;
  /** Which slot the part fills. `none`: the part is no plugin, and the cluster is whole. Read off the plugin unless told. */
  readonly slot?: Slot;
  /** How many nodes, or what each is like; 3 unless told. */
  readonly nodes?: number | readonly NodeConfig[];
  /** Plugins of an ordinary cluster that the part stands for. */
  readonly without?: readonly Plugin[];
  /**
   * The controllers of the cluster. Unless told, the standard ones but for tokens and the end of old events, which no lab
   * looks at. Fewer make a cheaper world: each costs a millisecond or two.
   */
  readonly controllers?: readonly Plugin[];
  /** Further plugins. */
  readonly plugins?: readonly ConfiguredPlugin[];
  /** Told of every write as the cluster's audit tells it, before the observers are. */
  readonly audit?: Audit;
  /** false: the part is not started; the check does it by `world.startPart()`. */
  readonly started?: boolean;
}

/** Virtual milliseconds in which calls that were under way come to their end, after everything has stopped. */
const lastTimers = 10_000;

/** Called with each world before anything is in it: who looks at one from outside (`visit`) takes hold of its clock there. */
let onWorld: (world: World) => void = () => {};
export const whenWorldBegins = (listener: (world: World) => void): void => {
  onWorld = listener;
};

export class World {
  readonly seed: number;
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  readonly #options: WorldOptions;
  readonly #verdict: Verdict;
  readonly #time: Passing;
  readonly #observers: ((change: Change) => void)[] = [];
  #began: number;
  #cluster: Cluster | undefined;
  #client: ApiClient | undefined;
  #store: Store | undefined;
  #part: PartUnderTest | undefined;

  private constructor(part: StudentPart, seed: number, options: WorldOptions) {
    this.seed = seed;
    this.#options = options;
    this.#began = this.clock.now();
    this.random = new SeededRandom(seed);
    const seconds = () => this.seconds;
    this.history = new History(seconds);
    this.history.onChange = (change) => {
      for (const observer of this.#observers) this.#verdict.guard(() => observer(change));
    };
    this.history.lineOf = (entry) => this.#lineOf(entry);
    this.faults = new Faults(this.clock, this.random.fork('faults'), seconds);
    const { clock, faults, history } = this;
    const texts = options.texts ?? textsOf(options.lab ?? '');
    const calls = () => this.calls;
    const { check } = options;
    this.#verdict = new Verdict({ check, seed, texts, file: part.file, clock, faults, history, seconds, calls });
    this.#time = new Passing(clock, this.#verdict);
  }

  /** A cluster whose nodes are ready, and the part at work in it; its time begins now. @throws FailedCheck when the part does not start */
  static async start(part: StudentPart, seed: number, options: WorldOptions): Promise<World> {
    const world = new World(part, seed, options);
    onWorld(world);
    try {
      await world.#start(part);
    } catch (error) {
      await world.stop().catch(() => {}); // why it did not start is what matters
      throw error;
    }
    return world;
  }

  /** The check's own client: never fails. */
  get client(): ApiClient {
    return this.#client!;
  }

  get cluster(): Cluster {
    return this.#cluster!;
  }

  /** The cluster's store: the student's, where that is the slot. */
  get store(): Store {
    return this.#store!;
  }

  /** Virtual seconds since the check began. */
  get seconds(): number {
    return (this.clock.now() - this.#began) / 1000;
  }

  /** Every call by which the part changes the cluster, in order. */
  get calls(): readonly PartCall[] {
    return this.#part?.calls ?? [];
  }

  /** What the part's caches lack at this moment: `Pod default/web-3`. */
  get lacked(): readonly string[] {
    return this.#part?.caches.lacked() ?? [];
  }

  /** The pods as they stand. */
  pods(namespace?: string): Pod[] {
    return this.list(Pods, namespace);
  }

  /** An object as it stands. */
  get<T extends KubeObject>(resource: ResourceHandle<T>, key: string): T | undefined {
    return this.history.get<T>(resource, key);
  }

  /** All objects of a kind as they stand, oldest first. */
  list<T extends KubeObject>(resource: ResourceHandle<T>, namespace?: string): T[] {
    return this.history.list<T>(resource, namespace);
  }

  /** From now on the function is told of each change while it happens, in order; it may call `fail`. */
  observe(observer: (change: Change) => void): void {
    this.#observers.push(observer);
  }

  /** Lets so many virtual seconds pass. @throws FailedCheck at the first thing that is wrong */
  run(seconds: number): Promise<void> {
    return this.#time.run(seconds);
  }

  /**
   * Lets time pass until the condition holds, looking after each instant.
   * @returns false when it has not come true within so many virtual seconds
   * @throws FailedCheck at the first thing that is wrong
   */
  until(condition: () => boolean | Promise<boolean>, seconds = 60): Promise<boolean> {
    return this.#time.until(condition, seconds);
  }

  /** Says that the student's part is wrong. {at} and {fault} of the message are given. @throws FailedCheck */
  fail(message: string, values?: Values, options?: FailOptions): never {
    return this.#verdict.fail(message, values, options);
  }

  /** Throws the first finding, if there is one; what an observer threw otherwise. */
  throwIfFailed(): void {
    this.#verdict.throwIfGiven();
  }

  /** Starts the part, in a world that was begun with `started: false`. */
  async startPart(): Promise<void> {
    if (!this.#part) return;
    const error = await this.#time.settled(this.#part.start());
    if (error) this.#verdict.trouble({ message: 'did-not-start', doing: 'start()', error });
    this.throwIfFailed();
  }

  /** Ends everything. @throws FailedCheck when the part leaves something behind, and nothing was wrong before */
  async stop(): Promise<void> {
    const wasGiven = this.#verdict.isGiven;
    this.faults.calm();
    const [part, cluster] = [this.#part, this.#cluster];
    const left: string[] = [];
    if (part) await this.#time.settled(part.stop().then((list) => void left.push(...list)));
    if (cluster) await this.#time.settled(cluster.stop());
    this.#cluster = undefined;
    if (part && !(await this.#time.isQuiet(lastTimers))) left.push('a timer running');
    if (left.length > 0) this.#verdict.trouble({ message: 'left-open', doing: 'stop()', error: left.join(' and ') });
    this.#part = undefined;
    if (!wasGiven) this.throwIfFailed();
  }

  async #start(part: StudentPart): Promise<void> {
    const { started = true } = this.#options;
    const slot = this.#options.slot ?? slotOf(part);
    await this.#startCluster(part, slot);
    this.faults.wait = async (work) => {
      await this.#time.settled(work);
    };
    if (slot === 'Store') this.faults.restart = restartOfSomebody(this.cluster, this.random.fork('restarts'));
    if (slot === 'Scheduler' || slot === 'Controller') this.#part = this.#makePart(part, slot);
    if (started) await this.startPart();
  }

  /** Comes back when the nodes are ready: the check begins. */
  async #startCluster(part: StudentPart, slot: Slot): Promise<void> {
    const { nodes = 3 } = this.#options;
    const take = (store: Store) => {
      this.#store = store;
    };
    const store =
      slot === 'Store'
        ? storeUnderTest(pluginOf(part)(), take, {
            faults: this.faults,
            onTrouble: (trouble) => this.#verdict.trouble(trouble),
          })
        : storeUnderTest(ownStore(), take);
    const plugins = [store, ...pluginsAround(slot, this.#options)];
    const audit: Audit = (entry) => {
      this.#options.audit?.(entry);
      this.history.audit(entry);
    };
    const coming = createCluster({ plugins, nodes, clock: this.clock, seed: this.seed, audit });
    const error = await this.#time.settled(coming);
    if (error && slot !== 'Store') throw error;
    if (error) this.#verdict.trouble({ message: 'did-not-start', doing: 'the cluster', error });
    this.throwIfFailed();
    this.#cluster = await coming;
    this.#client = this.cluster.client(admin, theCheck);
    const count = typeof nodes === 'number' ? nodes : nodes.length;
    await this.until(() => this.list(Nodes).filter(isReady).length === count, 10);
    this.#began = this.clock.now();
  }

  #makePart(part: StudentPart, slot: 'Scheduler' | 'Controller'): PartUnderTest {
    const { clock, faults, history } = this;
    const made = new PartUnderTest({
      plugin: pluginOf(part),
      file: part.file,
      slot,
      clock,
      random: this.random.fork('part'),
      faults,
      history,
      seconds: () => this.seconds,
      client: (user) => this.cluster.client(user, you),
      onTrouble: (trouble) => this.#verdict.trouble(trouble),
    });
    faults.restart = () => {
      const done = made.restart().catch((error) => {
        this.#verdict.trouble({ message: 'did-not-start', doing: 'start()', error });
      });
      return { who: 'your part', done };
    };
    return made;
  }

  /** The line of the part's call that made a change. */
  #lineOf({ resource, namespace, name }: AuditEntry): Line | undefined {
    const wanted = namespace === undefined ? name : `${namespace}/${name}`;
    // The server makes some names: a call under way whose object has none yet.
    const isIt = ({ key, outcome }: PartCall) => key === wanted || (outcome === 'pending' && key.includes('('));
    return this.calls.findLast((call) => call.kind === resource.kind && isIt(call))?.line;
  }
}

/** A check's run in a world of its own, which is ended whatever happens. */
export const inWorld =
  (options: WorldOptions, work: (world: World) => Promise<void>): Check['run'] =>
  async (part, seed) => {
    const world = await World.start(part, seed, options);
    try {
      await work(world);
      world.throwIfFailed();
    } catch (error) {
      await world.stop().catch(() => {}); // what was found first is what is told
      throw error;
    }
    await world.stop();
  };
