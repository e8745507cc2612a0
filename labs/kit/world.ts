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

import type { Audit } from '../../core/api/audit.ts';
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
import { controllerEventExpiry } from '../../plugins/controller-event-expiry/plugin.ts';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { tokenIssuerJwt } from '../../plugins/token-issuer-jwt/plugin.ts';
import { Faults } from './faults.ts';
import { type Change, History, named, theCheck, you } from './history.ts';
import { type Check, FailedCheck, type Finding, type Line, pluginOf, type StudentPart } from './lab.ts';
import { lineOf, lineOfMethod, type PartCall } from './part-calls.ts';
import { PartUnderTest, type Trouble } from './part-under-test.ts';
import { storeUnderTest } from './store-under-test.ts';
import { type Texts, textsOf, type Values } from './texts.ts';

export type { Change } from './history.ts';
export type { PartCall } from './part-calls.ts';

export interface WorldOptions {
  /** `3.4` */
  readonly check: string;
  /** The lab's folder, where its texts are: `03-replication`. */
  readonly lab?: string;
  /** Instead of `lab`: the texts themselves. */
  readonly texts?: Texts;
  /** Which slot the part fills. `none`: the part is no plugin, and the cluster is whole. Read off the plugin unless told. */
  readonly slot?: 'Scheduler' | 'Controller' | 'Store' | 'none';
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

/** What else a finding says. */
export interface FailOptions {
  /** The object whose history is shown: `Pod default/web-4`. */
  readonly object?: string;
  /** Where to look; the line of the part's latest call about the object unless told. */
  readonly line?: Line | undefined;
}

/** Virtual milliseconds for a cluster, or a part, to start. */
const startPatience = 30_000;

/** Virtual milliseconds in which calls that were under way come to their end, after everything has stopped. */
const lastTimers = 10_000;

/** Instants at one and the same time after which nobody believes any more that time goes on. */
const mostInstants = 20_000;

export class World {
  readonly seed: number;
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  readonly #options: WorldOptions;
  readonly #texts: Texts;
  readonly #file: string;
  readonly #observers: ((change: Change) => void)[] = [];
  #began: number;
  #cluster: Cluster | undefined;
  #client: ApiClient | undefined;
  #store: Store | undefined;
  #part: PartUnderTest | undefined;
  #finding: FailedCheck | undefined;
  /** Since how many instants it is the same time. */
  #stood = { at: 0, since: 0 };
  /** What an observer threw that is no finding: a mistake of the check. */
  #broken: { readonly error: unknown } | undefined;

  private constructor(part: StudentPart, seed: number, options: WorldOptions) {
    this.seed = seed;
    this.#options = options;
    this.#file = part.file;
    this.#texts = options.texts ?? textsOf(options.lab ?? '');
    this.#began = this.clock.now();
    this.random = new SeededRandom(seed);
    const seconds = () => this.seconds;
    this.history = new History(seconds);
    this.history.onChange = (change) => this.#tell(change);
    this.faults = new Faults(this.clock, this.random.fork('faults'), seconds);
  }

  /** A cluster whose nodes are ready, and the part at work in it; its time begins now. @throws FailedCheck when the part does not start */
  static async start(part: StudentPart, seed: number, options: WorldOptions): Promise<World> {
    const world = new World(part, seed, options);
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
  async run(seconds: number): Promise<void> {
    this.throwIfFailed();
    await this.#move(() => false, seconds);
    this.throwIfFailed();
  }

  /**
   * Lets time pass until the condition holds, looking after each instant.
   * @returns false when it has not come true within so many virtual seconds
   * @throws FailedCheck at the first thing that is wrong
   */
  async until(condition: () => boolean | Promise<boolean>, seconds = 60): Promise<boolean> {
    const end = this.clock.now() + seconds * 1000;
    await this.clock.settle();
    while (true) {
      this.throwIfFailed();
      if (await condition()) return true;
      if (this.clock.now() >= end) return false;
      const { instants } = this.clock;
      await this.#move(() => this.clock.instants > instants, (end - this.clock.now()) / 1000);
    }
  }

  /** Says that the student's part is wrong. {at} and {fault} of the message are given. @throws FailedCheck */
  fail(message: string, values: Values = {}, options: FailOptions = {}): never {
    const { check } = this.#options;
    const at = this.seconds;
    const { object } = options;
    const look = 'line' in options ? options.line : this.#lineAbout(object);
    const all = { at: `${at.toFixed(3)} s`, fault: this.faults.last ?? 'no fault was needed for it', ...values };
    const finding: Finding = {
      check,
      message,
      seed: this.seed,
      instant: this.clock.instants,
      at,
      ...this.#texts.message(check, message, all),
      ...(look && { look }),
      ...(object !== undefined && { object }),
      timeline: this.history.timeline(object, this.faults.log),
    };
    const failed = new FailedCheck(finding);
    this.#finding ??= failed;
    throw failed;
  }

  /** Throws the first finding, if there is one; what an observer threw otherwise. */
  throwIfFailed(): void {
    if (this.#broken) throw this.#broken.error;
    if (this.#finding) throw this.#finding;
  }

  /** Starts the part, in a world that was begun with `started: false`. */
  async startPart(): Promise<void> {
    const part = this.#part;
    if (!part) return;
    const started = await this.#settled(part.start());
    this.throwIfFailed();
    if (started !== true && !this.#isDecided)
      this.#trouble({ message: 'did-not-start', doing: 'start()', error: started });
    this.throwIfFailed();
  }

  /** Ends everything. @throws FailedCheck when the part leaves something behind, and nothing was wrong before */
  async stop(): Promise<void> {
    const wasDecided = this.#isDecided;
    this.faults.calm();
    const [part, cluster] = [this.#part, this.#cluster];
    const left: string[] = [];
    if (part) await this.#settled(part.stop().then((list) => void left.push(...list)));
    if (cluster) await this.#settled(cluster.stop());
    this.#part = undefined;
    this.#cluster = undefined;
    if (part && this.clock.next !== undefined) {
      await this.clock.runUntil(() => this.#isStuck() || this.clock.next === undefined, lastTimers);
      if (this.clock.next !== undefined) left.push('a timer running');
    }
    if (left.length > 0) this.#trouble({ message: 'left-open', doing: 'stop()', error: left.join(' and ') });
    if (!wasDecided) this.throwIfFailed();
  }

  async #start(part: StudentPart): Promise<void> {
    const { nodes = 3, started = true } = this.#options;
    const slot = this.#options.slot ?? slotOf(part);
    const onTrouble = (trouble: Trouble) => this.#trouble(trouble);
    const plugins = this.#plugins(part, slot, onTrouble);
    let cluster: Cluster | undefined;
    const audit: Audit = (entry) => {
      this.#options.audit?.(entry);
      this.history.audit(entry);
    };
    const config = { plugins, nodes, clock: this.clock, seed: this.seed, audit };
    const came = await this.#settled(
      createCluster(config).then((made) => {
        cluster = made;
      }),
    );
    this.throwIfFailed();
    if (!cluster) {
      if (slot !== 'Store') throw came;
      this.#trouble({ message: 'did-not-start', doing: 'the cluster', error: came });
      this.throwIfFailed();
    }
    this.#cluster = cluster!;
    this.#client = this.cluster.client(admin, theCheck);
    const isReady = () =>
      this.list(Nodes).every((node) =>
        node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
    const count = typeof nodes === 'number' ? nodes : nodes.length;
    await this.until(() => this.list(Nodes).length === count && isReady(), 10);
    this.#began = this.clock.now();
    if (slot !== 'Scheduler' && slot !== 'Controller') return;
    this.#part = new PartUnderTest({
      plugin: pluginOf(part),
      file: part.file,
      slot,
      clock: this.clock,
      random: this.random.fork('part'),
      faults: this.faults,
      history: this.history,
      seconds: () => this.seconds,
      client: (user) => this.cluster.client(user, you),
      onTrouble,
    });
    const running = this.#part;
    this.faults.restart = () =>
      running.restart().catch((error) => this.#trouble({ message: 'did-not-start', doing: 'start()', error }));
    this.faults.wait = async (work) => void (await this.#settled(work));
    this.history.lineOf = ({ resource, namespace, name }) => {
      const key = namespace === undefined ? name : `${namespace}/${name}`;
      const made = running.calls.findLast(
        ({ kind, outcome, key: about }) =>
          kind === resource.kind && (about === key || (outcome === 'pending' && about.includes('('))),
      );
      return made?.line;
    };
    if (started) await this.startPart();
  }

  #plugins(part: StudentPart, slot: string, onTrouble: (trouble: Trouble) => void): ConfiguredPlugin[] {
    const { without = [], controllers, plugins = [] } = this.#options;
    const left = new Set(without.map(({ definition }) => definition.name));
    const store =
      slot === 'Store'
        ? storeUnderTest(pluginOf(part)(), this.#take, onTrouble)
        : storeUnderTest(storeMemory(), this.#take);
    const standard = controllers?.map((controller) => controller()) ?? standardControllers().filter(isLookedAt);
    return [
      store,
      ...(slot === 'Scheduler' ? [] : [schedulerResourceFit()]),
      ...standard,
      runtimeMock(),
      ...plugins,
    ].filter(({ definition }) => !left.has(definition.name));
  }

  #take = (store: Store): void => {
    this.#store = store;
  };

  get #isDecided(): boolean {
    return this.#finding !== undefined || this.#broken !== undefined;
  }

  /** Lets time pass until the condition holds, something is wrong, or the seconds are over. */
  async #move(condition: () => boolean, seconds: number): Promise<void> {
    const end = this.clock.now() + seconds * 1000;
    const over = () => this.#isDecided || this.#isStuck() || condition() || this.clock.now() >= end;
    await this.clock.runUntil(over, Math.max(0, seconds * 1000));
  }

  /** Whether instant follows instant and no time passes: a key that asks to be looked at again at once, for ever. */
  #isStuck(): boolean {
    const now = this.clock.now();
    if (now !== this.#stood.at) this.#stood = { at: now, since: this.clock.instants };
    if (this.clock.instants - this.#stood.since < mostInstants) return false;
    this.#trouble({ message: 'never-rests', doing: 'reconcile', error: 'again, without waiting' });
    return true;
  }

  #tell(change: Change): void {
    for (const observer of this.#observers) {
      if (this.#isDecided) return;
      try {
        observer(change);
      } catch (error) {
        // It is called in the middle of somebody's write: the check hears of it from run() or until().
        if (!(error instanceof FailedCheck)) this.#broken ??= { error };
      }
    }
  }

  #trouble({ message, doing, error }: Trouble): void {
    if (this.#isDecided) return;
    const said = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
    const { calls } = this;
    const values = { doing, error: said, left: said, limit: startPatience / 1000, calls: calls.length };
    const line = lineOf(error, this.#file) ?? (message === 'never-rests' ? calls.at(-1)?.line : undefined);
    try {
      this.fail(message, values, { line: line ?? this.#lineOfMethod(doing) });
    } catch (failed) {
      if (!(failed instanceof FailedCheck)) this.#broken ??= { error: failed };
    }
  }

  #lineAbout(object: string | undefined): Line | undefined {
    const calls = this.#part?.calls ?? [];
    const made = calls.findLast(({ kind, key }) => named(kind, key) === object);
    return made?.line ?? this.#lineOfMethod('place');
  }

  /** Where the student's file has the method: for what is asked of a part, and not done by a call of it. */
  #lineOfMethod(doing: string): Line | undefined {
    const name = /^[a-zA-Z]+/.exec(doing)?.[0];
    return name === undefined ? undefined : lineOfMethod(this.#file, name);
  }

  /** Lets time pass until the promise is settled. @returns true, or why not */
  async #settled(work: Promise<unknown>): Promise<unknown> {
    let result: unknown;
    const watched = work.then(
      () => {
        result = true;
      },
      (error) => {
        result = error ?? new Error('it failed without a reason');
      },
    );
    void watched;
    const end = this.clock.now() + startPatience;
    await this.clock.settle();
    while (result === undefined && this.clock.now() < end) await this.clock.advance(10);
    return result ?? new Error(`it did not come to an end within ${startPatience / 1000} s`);
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

const isLookedAt = ({ definition: { name } }: ConfiguredPlugin) =>
  name !== tokenIssuerJwt.definition.name && name !== controllerEventExpiry.definition.name;

function slotOf({ exported }: StudentPart): 'Scheduler' | 'Controller' | 'Store' | 'none' {
  const provides = (exported as Partial<Plugin> | undefined)?.definition?.provides ?? [];
  const names = provides.map((token) => (token as symbol).description);
  return (['Scheduler', 'Controller', 'Store'] as const).find((slot) => names.includes(slot)) ?? 'none';
}
